"""What `scimctl drift --json` printed, read from its file for the scripts that decide by it."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict  # pydantic reads the one of `typing` from Python 3.12 on only

from providers.errors import StoppedError


class Difference(TypedDict):
    """One row of the report."""

    kind: str
    place: str
    what: str
    up: str


class Drift(TypedDict):
    """The part of the report that is used; `drift` is true if somebody else has changed something."""

    stack: str
    drift: bool
    differences: list[Difference]


_REPORT = TypeAdapter(Drift)


def read_drift(file: str) -> Drift:
    """Read a report. Raises StoppedError if the file is missing or holds something else."""
    try:
        return _REPORT.validate_json(Path(file).read_bytes())
    except FileNotFoundError:
        raise StoppedError(f"{file} is not there: no stack could be looked at, see the jobs before this one") from None
    except ValidationError:
        raise StoppedError(f"{file} is not what `scimctl drift --json` prints: see the job that wrote it") from None
