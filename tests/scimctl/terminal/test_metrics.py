"""Metrics reach a file, a Pushgateway or a collector, in the form that each takes."""

import json
from argparse import ArgumentParser
from datetime import datetime, timezone
from pathlib import Path

import pytest
from google.protobuf.json_format import Parse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from providers.errors import ConfigurationError, ForbiddenError
from scimctl.terminal.metrics import Sample, add_metrics, deliver, otlp, prometheus
from scimctl.terminal.report import FINE, FOUND, TROUBLE
from tests.providers.tls_service import Service, answer

NOW = datetime(2026, 11, 30, tzinfo=timezone.utc)
SAMPLES = [Sample("a", FOUND, "canary", -5), Sample("b", TROUBLE), Sample("c", FINE)]


def delivered(*arguments: str) -> None:
    parser = ArgumentParser()
    add_metrics(parser)
    deliver(parser.parse_args(arguments), "drift", SAMPLES, NOW)


def test_opentelemetry_gets_the_same_values_by_the_same_labels_as_prometheus() -> None:
    text = otlp("drift", SAMPLES, NOW)
    Parse(text, ExportMetricsServiceRequest())  # refuses an unknown field and a wrong type
    (resource,) = json.loads(text)["resourceMetrics"]
    (scope,) = resource["scopeMetrics"]
    lines: list[str] = []
    for metric in scope["metrics"]:
        for point in metric["gauge"]["dataPoints"]:
            assert int(point["timeUnixNano"]) == NOW.timestamp() * 10**9
            labels = ",".join(f'{each["key"]}="{each["value"]["stringValue"]}"' for each in point["attributes"])
            lines.append(f"{metric['name']}{{{labels}}} {point['asInt']}")

    assert lines == [line for line in prometheus("drift", SAMPLES, NOW).splitlines() if not line.startswith("#")]
    assert 'greenlake_scim_rotation_seconds{command="drift",stack="a",ring="canary"} -5' in lines


def test_a_name_of_a_stack_cannot_add_a_label_or_a_line() -> None:
    text = prometheus("drift", [Sample('a"\n\\', FINE)], NOW)

    assert r'greenlake_scim_read{command="drift",stack="a\"\n\\"} 1' in text.splitlines()


def test_a_file_is_written_and_one_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    delivered("--prometheus", str(tmp_path / "metrics.prom"), "--otlp", str(tmp_path / "metrics.json"))

    assert (tmp_path / "metrics.prom").read_text() == prometheus("drift", SAMPLES, NOW)
    assert (tmp_path / "metrics.json").read_text() == otlp("drift", SAMPLES, NOW)
    with pytest.raises(ConfigurationError, match="cannot be written"):
        delivered("--prometheus", str(tmp_path))


def test_a_pushgateway_and_a_collector_get_the_body_and_the_type_that_they_take(hook: Service) -> None:
    delivered("--prometheus", f"{hook.url}/metrics/job/scim", "--otlp", f"{hook.url}/v1/metrics")

    push, sent = hook.seen
    assert (push.method, push.target, sent.method, sent.target) == ("PUT", "/metrics/job/scim", "POST", "/v1/metrics")
    assert (push.headers["content-type"], sent.headers["content-type"]) == (
        "text/plain; version=0.0.4",
        "application/json",
    )
    assert (push.body.decode(), sent.body.decode()) == (prometheus("drift", SAMPLES, NOW), otlp("drift", SAMPLES, NOW))


def test_a_pushgateway_that_refuses_is_an_error(hook: Service) -> None:
    hook.answers(answer(403))

    with pytest.raises(ForbiddenError, match="send the metrics"):
        delivered("--prometheus", f"{hook.url}/metrics/job/scim")
