"""`./run env` and `./run pulumi`: everything that points at the sandbox, and nothing of anywhere else."""

import os
import shlex
from pathlib import Path

import pytest

from launcher.deployment.environment import TRUST
from tests.launcher.clone import Clone, run
from tests.providers.tls_service import answer, authority, serving

REAL = {
    "HPEGL_IAM_TOKEN": "a real bearer",
    "BEARER_TOKEN": "a real bearer",
    "ARM_OIDC_TOKEN": "a real assertion",
    "PULUMI_CONFIG_PASSPHRASE": "a real passphrase",
    "PULUMI_ACCESS_TOKEN": "a real token",
}


def evaluated(clone: Clone, script: str, **variables: str) -> str:
    command = ["sh", "-ec", f'eval "$({shlex.quote(str(clone.root / "run"))} env)"\n{script}']
    said = run(command, {**os.environ, **variables})
    assert said.code == 0, said.err
    return said.out


def test_plain_pulumi_works_in_a_shell_that_took_the_lines_in(running: Clone) -> None:
    listed = evaluated(running, f"cd {shlex.quote(str(running.root))}\npulumi stack ls")
    assert listed.splitlines()[1].startswith("sandbox*")


def test_a_shell_can_take_the_lines_in_twice(running: Clone) -> None:
    once = evaluated(running, 'printf %s "$PATH"')
    twice = evaluated(running, f'eval "$({shlex.quote(str(running.root / "run"))} env)"\nprintf %s "$PATH"')
    assert once.split(":")[:3] == twice.split(":")[:3]
    assert len(twice.split(":")) == len(once.split(":"))


def test_credentials_of_real_tenants_stay_out(running: Clone) -> None:
    assert evaluated(running, "env", **REAL).find("a real") == -1
    assert running.run("pulumi", "stack", "ls", **REAL).code == 0


def test_the_lines_are_all_there_is_on_stdout(running: Clone) -> None:
    lines = running.run("env").out.splitlines()
    assert lines
    assert all(line.startswith(("export ", "unset ")) for line in lines)


def test_the_exit_code_of_pulumi_passes_through(running: Clone) -> None:
    assert running.run("pulumi", "stack", "output", "--no-such-option").code not in (0, 64, 69, 70, 73, 75)
    assert running.run("pulumi", "version").out.startswith(("3.", "v3."))


@pytest.mark.parametrize("names", [TRUST, ("SSL_CERT_FILE",), ("CURL_CA_BUNDLE",)])
def test_a_shell_that_took_the_lines_in_reaches_the_sandbox_and_all_that_it_reached_before(
    running: Clone, tmp_path: Path, names: tuple[str, ...]
) -> None:
    certificate, trusted = authority(tmp_path)
    curl = "curl --silent --show-error --output /dev/null --write-out '%{ssl_verify_result} '"
    again = f'eval "$({shlex.quote(str(running.root / "run"))} env)"'
    with serving(certificate) as elsewhere:
        elsewhere.answers(answer())
        before = {"SSL_CERT_DIR": "", **dict.fromkeys(TRUST, ""), **dict.fromkeys(names, str(trusted))}
        script = f'{again}\n{curl} "$HPEGL_IAM_SERVICE_URL"\n{curl} {elsewhere.url}\n'
        reached = evaluated(running, script, **before)
    assert reached.split() == ["0", "0"]
