"""A stack sees its own sign-in and secrets, and nothing that is another stack's."""

import os
import sys
import time
from pathlib import Path

import pytest
import yaml

from providers.errors import ConfigurationError
from scimctl.fleet import environment
from scimctl.fleet.environment import environ_of, for_reading, withheld
from scimctl.fleet.fleet_file import Fleet, fleet_of

TENANT = "11111111-1111-4111-8111-111111111111"
PATH = os.environ["PATH"]


def fleet(text: str) -> Fleet:
    return fleet_of(yaml.safe_load(text))


def environ(text: str, name: str = "one", **inherited: str) -> dict[str, str]:
    known = fleet(text)
    return environ_of(known, known.named(name), TENANT, {"PATH": PATH, **inherited})


def from_command(command: str, variable: str = "S") -> str:
    return environ(yaml.safe_dump({"stacks": {"one": {"secrets": {variable: command}}}}))[variable]


def refused(text: str) -> str:
    with pytest.raises(ConfigurationError) as error:
        environ(text)
    return str(error.value)


def test_the_stack_is_selected_and_its_tenant_is_that_of_its_file() -> None:
    found = environ("stacks: {one: {}}", ARM_TENANT_ID="another")
    assert (found["PULUMI_STACK"], found["ARM_TENANT_ID"], found["PATH"]) == ("one", TENANT, PATH)


def test_what_the_file_sets_for_one_stack_does_not_reach_another_from_outside() -> None:
    text = "stacks: {one: {}, two: {environment: {HPEGL_USER_ID: b}, secrets: {ARM_CLIENT_SECRET: echo b}}}"
    found = environ(text, HPEGL_USER_ID="of a shell", ARM_CLIENT_SECRET="of a shell", ARM_CLIENT_ID="shared")
    assert "HPEGL_USER_ID" not in found
    assert "ARM_CLIENT_SECRET" not in found
    assert found["ARM_CLIENT_ID"] == "shared"


def test_a_secret_is_what_its_command_prints_which_no_shell_reads(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text('#!/bin/sh\necho "$1 of $ARM_CLIENT_ID"\n')
    (tmp_path / "vault").chmod(0o755)
    secrets = {"S": f'{tmp_path}/vault "{{name}}; $HOME"'}
    text = yaml.safe_dump({"stacks": {"one": {"environment": {"ARM_CLIENT_ID": "a"}, "secrets": secrets}}})
    assert environ(text)["S"] == "one; $HOME of a"


def test_a_variable_from_outside_that_the_file_sets_for_another_stack_alone_is_named() -> None:
    known = fleet("stacks: {one: {secrets: {A_PASSPHRASE: 'true'}}, other: {}}")
    told = "so it reaches no other stack, such as other: write it under defaults of fleet.yaml"
    outside = {"A_PASSPHRASE": "s", "PATH": PATH}
    (line,) = withheld(known, known.members, outside)
    assert line == f"A_PASSPHRASE is set here, but fleet.yaml sets it for one, {told}"
    assert withheld(known, [known.named("one")], outside) == []
    assert withheld(known, known.members, {"PATH": PATH}) == []


def test_a_read_resolves_no_secret_of_greenlake() -> None:
    known = fleet("stacks: {one: {secrets: {HPEGL_USER_SECRET: 'false', ARM_CLIENT_SECRET: echo s}}}")
    found = environ_of(known, known.named("one"), TENANT, {"PATH": PATH}, for_reading)
    assert found["ARM_CLIENT_SECRET"] == "s"
    assert "HPEGL_USER_SECRET" not in found


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("false", "ended with exit code 1"),
        ("true", "printed nothing"),
        ("vault-that-is-not-there x", "cannot be run (No such file or directory)"),
        ("echo 'a", "has a quote that is not closed"),
        ("sh -c 'echo it is on stderr >&2'", "printed nothing"),
        ("printf '\\n\\n'", "printed nothing"),
        ("printf 'warning: a newer az\\nvalue\\n'", "printed 2 lines, and a secret is one"),
        ("printf 'a\\0b'", "printed a NUL byte, which no environment variable can hold"),
    ],
)
def test_a_command_that_gives_no_secret_is_one_line_with_the_variable(command: str, why: str) -> None:
    text = yaml.safe_dump({"stacks": {"one": {"secrets": {"A_TOKEN": command}}}})
    assert refused(text) == f"fleet.yaml: the command of A_TOKEN {why}"


@pytest.mark.parametrize(
    ("printed", "secret"),
    [
        ("s\n", "s"),
        ("s\r\n", "s"),
        ("s", "s"),
        (" s \n", " s "),
        ("\ts\n\n", "\ts"),
        ("\u00e4\u4e16\n", "\u00e4\u4e16"),
        ("\ufeffs\r\n", "s"),
    ],
)
def test_the_secret_is_all_that_a_command_prints_but_the_line_ends_after_it(
    printed: str, secret: str, tmp_path: Path
) -> None:
    (tmp_path / "vault").write_bytes(printed.encode())
    assert from_command(f"cat {tmp_path}/vault", "PULUMI_CONFIG_PASSPHRASE") == secret


def test_what_no_header_or_form_carries_may_have_many_lines(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text('{\n"type": "service_account"\n}\n')
    assert from_command(f"cat {tmp_path}/vault", "GOOGLE_CREDENTIALS") == '{\n"type": "service_account"\n}'


def test_a_command_that_prints_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "vault").write_bytes(b"\xff\xfe\x8f")
    told = refused(f"stacks: {{one: {{secrets: {{S: cat {tmp_path}/vault}}}}}}")
    assert told == "fleet.yaml: the command of S printed something that is not UTF-8"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_secret_in_another_encoding_is_refused(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "vault").write_bytes("secret\r\n".encode(encoding))
    told = refused(f"stacks: {{one: {{secrets: {{S: cat {tmp_path}/vault}}}}}}")
    assert told.startswith("fleet.yaml: the command of S printed ")
    assert "secret" not in told


def test_a_command_that_asks_on_a_terminal_has_none(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("#!/bin/sh -e\nread -r answer < /dev/tty\necho $answer\n")
    (tmp_path / "vault").chmod(0o755)
    assert "ended with exit code" in refused(f"stacks: {{one: {{secrets: {{S: {tmp_path}/vault}}}}}}")


def test_a_command_that_hangs_ends_in_time_with_what_it_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_SECONDS", 2)
    inner = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    (tmp_path / "vault").write_text(
        f"#!{sys.executable}\nimport subprocess, sys\nsubprocess.run([sys.executable, '-c', {inner!r}])\n"
    )
    (tmp_path / "vault").chmod(0o755)
    began = time.monotonic()
    told = refused(f"stacks: {{one: {{secrets: {{S: {tmp_path}/vault}}}}}}")
    assert told == "fleet.yaml: the command of S did not end within 2 s"
    assert time.monotonic() - began < 60
    started = Path("/proc", (tmp_path / "pid").read_text())
    while started.exists() and "(zombie)" not in (started / "status").read_text() and time.monotonic() - began < 60:
        time.sleep(0.1)
    assert not started.exists() or "(zombie)" in (started / "status").read_text()


def test_an_error_repeats_the_reason_of_the_command_and_nothing_that_it_printed_as_the_secret(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text(
        "#!/bin/sh\necho 8Q~half-of-a-secret\necho 'not signed in: run az login' >&2\nexit 3\n"
    )
    (tmp_path / "vault").chmod(0o755)
    told = refused(f"stacks: {{one: {{secrets: {{S: {tmp_path}/vault}}}}}}")
    assert told == "fleet.yaml: the command of S ended with exit code 3: not signed in: run az login"
