"""Times as the synchronization API writes them: UTC, seven decimals."""

from datetime import datetime, timezone


def written(moment: datetime) -> str:
    """Write a moment."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def read(text: str) -> datetime:
    """Read one back; the last of the seven decimals is below what Python keeps."""
    return datetime.strptime(text[:26], "%Y-%m-%dT%H:%M:%S.%f").replace(tzinfo=timezone.utc)
