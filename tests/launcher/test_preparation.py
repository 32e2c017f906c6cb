"""What has to be there before the engine can run is made, and made again if somebody changed it."""

from pathlib import Path

from launcher.deployment.environment import passphrase
from launcher.deployment.preparation import write_passphrase


def test_a_passphrase_that_somebody_changed_is_written_again_and_stays_private(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(b"another\xff")

    write_passphrase(file)

    assert (file.read_text(), file.stat().st_mode & 0o777) == (passphrase(), 0o600)
