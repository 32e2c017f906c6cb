"""A command of the engine that failed is reported in the engine's words, with a command that shows more."""

import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from scimctl.engine.engine import failed


@pytest.mark.parametrize(
    ("stderr", "told"),
    [
        (
            "error: could not read\n  a line that belongs to something else\n",
            "`pulumi config` failed: could not read: run `pulumi config --json` to see it all",
        ),
        (
            'error: yaml: unmarshal errors:\n  line 11: mapping key "a" already defined at line 5\nnot this\n',
            (
                'the stack file cannot be read: yaml: unmarshal errors: line 11: mapping key "a" already defined at '
                "line 5: correct stacks/Pulumi.prod.yaml"
            ),
        ),
        (
            "error: invalid YAML file: yaml: line 5: found character that cannot start any token\n",
            (
                "the stack file cannot be read: invalid YAML file: yaml: line 5: found character that cannot start any "
                "token: correct stacks/Pulumi.prod.yaml"
            ),
        ),
        (
            "error: no stack named 'nope' found\n",
            "no stack named 'nope' found: run `pulumi stack ls` to see which there are",
        ),
        (
            "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n",
            (
                "nobody is signed in to the backend that holds the state: run `pulumi login ADDRESS`, or set "
                "PULUMI_BACKEND_URL, and PULUMI_ACCESS_TOKEN for Pulumi Cloud"
            ),
        ),
        ("", "`pulumi config` failed: exit code 255: run `pulumi config --json` to see it all"),
    ],
)
def test_the_first_line_has_the_cause(stderr: str, told: str) -> None:
    done = CompletedProcess(["pulumi", "config", "--stack", "acme/infra/prod"], 255, stdout="", stderr=stderr)

    assert str(failed(["config", "--json"], done)) == told


@pytest.mark.parametrize(
    "said",  # as Pulumi 3.259.0 prints it, by kind of backend
    [
        'read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): error S3: GetObject: no host',
        'unable to open state directory "file:///nope": stat /nope: no such file or directory',
        'performing HTTP request: Get "https://api.pulumi.com/api/user": dial tcp: connection refused',
        "missing google credentials: unable to find gcp credentials: google: could not find default credentials.",
    ],
    ids=["a bucket", "a folder", "Pulumi Cloud", "no credentials"],
)
def test_a_backend_that_cannot_be_read_is_neither_a_wrong_stack_file_nor_a_reason_to_print_secrets(said: str) -> None:
    done = CompletedProcess(["pulumi", "stack", "export", "--stack", "prod"], 255, stdout="", stderr=f"error: {said}\n")

    line = str(failed(["stack", "export", "--show-secrets"], done))

    assert line.startswith(f"the backend that holds the state cannot be read: {said[:40]}")
    assert line.endswith(": check PULUMI_BACKEND_URL, the network, and who is signed in to it")
    odd = CompletedProcess(["pulumi"], 255, stdout="", stderr="error: odd\n")
    assert str(failed(["stack", "export", "--show-secrets"], odd)).endswith("run `pulumi stack export` to see it all")


IN_FILE = "an encrypted value (`secure:`) of the stack file cannot be decrypted: it is damaged, or of another stack: "
IN_STATE = "a secret in the state cannot be decrypted: it is damaged, or of another stack: "


@pytest.mark.parametrize(
    ("stderr", "told"),  # as Pulumi 3.259.0 prints it
    [
        ("validating stack config: cipher: message authentication failed", IN_FILE),
        ("validating stack config: bad value", IN_FILE),
        ("could not decrypt configuration values: cipher: message authentication failed", IN_FILE),
        ("could not deserialize deployment: unknown value version", IN_STATE),
        ("cipher: message authentication failed", IN_STATE),
        (
            "getting stack configuration: get stack secrets manager: malformed state value",
            "encryptionsalt in ",
        ),
        ("getting stack configuration: get stack secrets manager: illegal base64 data at input byte 12", "damaged"),
        ("decrypting secrets: illegal base64 data at input byte 12", "encryptionsalt in "),
        (
            "get stack secrets manager: secrets (code=Unknown): operation error KMS: Decrypt",
            "the key service refuses",
        ),
        ("failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE", "(incorrect passphrase): set"),
    ],
)
def test_what_cannot_be_decrypted_is_reported_with_what_to_do(stderr: str, told: str) -> None:
    line = str(failed(["preview"], CompletedProcess(["pulumi"], 255, stdout="", stderr=f"error: {stderr}\n")))

    assert told in line
    assert "see it all" not in line


def test_run_has_the_passphrase_of_its_stack_so_a_wrong_one_is_the_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GREENLAKE_SCIM_BY_RUN", "true")
    done = CompletedProcess(["pulumi"], 1, stdout="", stderr="error: decrypting secrets: incorrect passphrase\n")

    assert "another stack's: take that line from git" in str(failed(["preview"], done))
    assert "PULUMI_CONFIG_PASSPHRASE" not in str(failed(["preview"], done))


def test_a_run_goes_on_until_it_ends_if_nobody_reads_what_it_prints(tmp_path: Path) -> None:
    engine = tmp_path / "pulumi"
    engine.write_text(f"#!/bin/sh\necho first\nsleep 1\necho second\necho third >&2\ntouch {tmp_path}/done\nexit 5\n")
    engine.chmod(0o755)
    program = "import sys; from scimctl.engine import engine; sys.exit(engine.in_front(['up'], 'prod'))"
    run = subprocess.Popen(
        [sys.executable, "-c", program], stderr=subprocess.PIPE, env={"PATH": f"{tmp_path}:/bin:/usr/bin"}
    )
    assert run.stderr
    assert run.stderr.readline() == b"first\n"
    run.stderr.close()

    assert run.wait(30) == 5
    assert (tmp_path / "done").exists()
