"""Which engine on PATH fits, so that nobody's newer or slightly older Pulumi is ignored without need."""

import os
import re
import subprocess

MINIMUM = "3.231.0"  # the oldest Pulumi that the azuread SDK of requirements.txt declares to work with


def fits(version: str) -> bool:
    """Tell whether an engine's version has the major of the SDK and is recent enough."""
    return _numbers(version)[:1] == _numbers(MINIMUM)[:1] and _numbers(version) >= _numbers(MINIMUM)


def version_of(pulumi: str) -> str:
    """Ask an engine for its version; "" where it does not even start."""
    try:
        answer = subprocess.run(
            [pulumi, "version"],
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in found.groups()) if found else ()
