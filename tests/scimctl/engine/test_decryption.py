"""All that is encrypted of a stack is tried: its key, its file and its state, each of which can be damaged alone."""

from pathlib import Path

import pytest

from scimctl.engine.decryption import check_decryption, main
from scimctl.engine.engine import DecryptionError

CIPHER = "cipher: message authentication failed"


def engine(folder: Path, monkeypatch: pytest.MonkeyPatch, **fails: str) -> None:
    """Put an engine on PATH that fails with these words if it is asked for the history, the config or an export."""
    cases = "".join(f"*{word}*) echo 'error: {said}' >&2; exit 255;;\n" for word, said in fails.items())
    program = folder / "pulumi"
    program.write_text(f'#!/bin/sh\ncase "$*" in\n{cases}esac\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


@pytest.mark.parametrize(
    ("fails", "told"),
    [
        ({"history": "decrypting secrets: incorrect passphrase"}, "to the stack's own"),
        ({"config": f"could not decrypt configuration values: {CIPHER}"}, "of the stack file cannot be decrypted"),
        ({"export": f"could not deserialize deployment: {CIPHER}"}, "a secret in the state cannot be decrypted"),
    ],
)
def test_what_cannot_be_decrypted_is_reported(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fails: dict[str, str],
    told: str,
) -> None:
    engine(tmp_path, monkeypatch, **fails)

    with pytest.raises(DecryptionError, match=told):
        check_decryption("prod")
    main()
    assert told in capsys.readouterr().out


def test_another_failure_is_left_to_the_engines_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine(tmp_path, monkeypatch, history="no stack named 'prod' found")
    main()
    assert capsys.readouterr().out == ""
