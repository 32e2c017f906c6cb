"""What a look found as metrics, for a file or for the service that collects them: Prometheus' text, OTLP's JSON.

Sources: Prometheus text format 0.0.4 and the Pushgateway's API; OpenTelemetry Protocol 1.x, metrics in JSON.
"""

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from providers.errors import ConfigurationError, ProvisioningError
from providers.http import Call, send
from providers.http.deadline import Deadline
from providers.timestamps import now
from scimctl.terminal.console import bad
from scimctl.terminal.report import FOUND, TROUBLE, Report

_PREFIX = "greenlake_scim"
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
_HELP = {
    "read": "1 if the stack could be read",
    "found": "1 if something is to be done",
    "rotation_seconds": "seconds until the token is due, negative after that",
    "looked_at_seconds": "when the look ended",
}


@dataclass(frozen=True)
class Sample:
    """What a look at one stack found: its exit code, and how long the token may stay if that is known."""

    stack: str
    code: int
    ring: str = ""
    seconds_left: int | None = None


def of_report(report: Report, stack: str) -> Sample:
    """Return the sample of a command about one stack; its data has the token's, or is the token's."""
    return Sample(stack, report.code, seconds_left=report.data.get("token", report.data).get("secondsLeft"))


def prometheus(command: str, samples: Sequence[Sample], moment: datetime) -> str:
    """Return gauges in Prometheus' text format; the time lets an alert notice that a look runs no more."""
    lines: list[str] = []
    for name, values in _gauges(command, samples, moment):
        full = f"{_PREFIX}_{name}"
        lines += [f"# HELP {full} {_HELP[name]}", f"# TYPE {full} gauge"]
        for labels, value in values:
            inside = ",".join(f'{key}="{label.translate(_ESCAPED)}"' for key, label in labels.items())
            lines.append(f"{full}{{{inside}}} {value}")
    return "\n".join(lines) + "\n"


def otlp(command: str, samples: Sequence[Sample], moment: datetime) -> str:
    """Return the same gauges as OTLP's JSON, the body that a collector takes at /v1/metrics."""
    nanoseconds = str(int(moment.timestamp()) * 10**9)
    metrics = [
        {
            "name": f"{_PREFIX}_{name}",
            "description": _HELP[name],
            "unit": "s" if name.endswith("seconds") else "1",
            "gauge": {
                "dataPoints": [
                    {"attributes": _attributes(labels), "timeUnixNano": nanoseconds, "asInt": str(value)}
                    for labels, value in values
                ]
            },
        }
        for name, values in _gauges(command, samples, moment)
    ]
    scope = {"scope": {"name": "scimctl"}, "metrics": metrics}
    resource = {"attributes": _attributes({"service.name": "greenlake-scim"})}
    return json.dumps({"resourceMetrics": [{"resource": resource, "scopeMetrics": [scope]}]}) + "\n"


def _attributes(labels: dict[str, str]) -> list[dict[str, object]]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in labels.items()]


def _gauges(
    command: str, samples: Sequence[Sample], moment: datetime
) -> Iterator[tuple[str, list[tuple[dict[str, str], int]]]]:
    """Yield each gauge with its values by their labels."""
    labelled = [
        ({"command": command, "stack": each.stack, **({"ring": each.ring} if each.ring else {})}, each)
        for each in samples
    ]
    yield "read", [(labels, int(each.code != TROUBLE)) for labels, each in labelled]
    yield "found", [(labels, int(each.code == FOUND)) for labels, each in labelled]
    yield "rotation_seconds", [(by, each.seconds_left) for by, each in labelled if each.seconds_left is not None]
    yield "looked_at_seconds", [({"command": command}, int(moment.timestamp()))]


def add_metrics(parser: ArgumentParser) -> None:
    """Add where metrics go."""
    parser.add_argument(
        "--prometheus",
        metavar="FILE",
        help="write metrics in Prometheus' text format, to a file or the URL of a Pushgateway",
    )
    parser.add_argument(
        "--otlp",
        metavar="FILE",
        help="write metrics as OpenTelemetry's JSON, to a file or the URL of a collector",
    )


def delivered(args: Namespace, command: str, report: Report) -> Report:
    """Deliver the metrics of a command about one stack, which `opened` has named, and return its report."""
    return delivering(report, lambda: deliver(args, command, [of_report(report, args.header.stack)], now()))


def delivering(report: Report, deliver_it: Callable[[], None]) -> Report:
    """Deliver, and return the report: if that fails, what was found is shown all the same, behind the reason."""
    try:
        deliver_it()
    except ProvisioningError as error:
        data = {**report.data, "error": str(error)}
        return Report([bad(str(error)), *report.lines], data, report.code or TROUBLE)
    return report


def deliver(args: Namespace, command: str, samples: Sequence[Sample], moment: datetime) -> None:
    """Write or send what the command line asks for. Raises ProvisioningError if that fails."""
    if args.prometheus:
        _deliver(args.prometheus, "PUT", "text/plain; version=0.0.4", prometheus(command, samples, moment))
    if args.otlp:
        _deliver(args.otlp, "POST", "application/json", otlp(command, samples, moment))


def _deliver(to: str, method: str, kind: str, text: str) -> None:
    if to.startswith(("http://", "https://")):
        headers = {"Content-Type": kind}
        send(Call("send the metrics", method, to, headers, content=text.encode()), Deadline())
    else:
        write(Path(to), text)


def write(path: Path, text: str) -> None:
    """Write a file, at once: a collector never reads half of it. Raises ConfigurationError if that cannot be done."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if (path.exists() and not path.is_file()) or path.is_symlink():  # /dev/stdout, a pipe
            path.write_text(text, encoding="utf-8")
        else:
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written ({error.strerror})") from None
