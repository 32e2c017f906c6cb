from datetime import datetime, timezone

from sandbox.provisioning import moments

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


def test_a_moment_is_written_with_seven_decimals_and_read_back() -> None:
    moment = NOON.replace(microsecond=123456)
    assert moments.written(moment) == "2026-01-01T12:00:00.1234560Z"
    assert moments.read(moments.written(moment)) == moment
