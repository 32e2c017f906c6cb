"""A shell that took the lines in trusts the sandbox and all that it trusted before."""

from pathlib import Path

import pytest

from launcher.deployment.ca_bundle import merged, system_bundles, trusted_before
from launcher.deployment.environment import TRUST

A, B = (f"-----BEGIN CERTIFICATE-----\n{name}\n-----END CERTIFICATE-----\n" for name in "AB")


def test_each_certificate_is_in_the_bundle_once_and_nothing_else_is() -> None:
    assert merged([f"# a comment\n{A}", f"{B.strip()}{A}", ""]) == A + B


@pytest.mark.parametrize("unset", TRUST)
def test_a_variable_that_is_not_set_stands_for_the_authorities_of_the_system(tmp_path: Path, unset: str) -> None:
    own, system = tmp_path / "own.pem", tmp_path / "system.pem"
    for path in (own, system):
        path.write_text(A)
    environ: dict[str, str] = dict.fromkeys(TRUST, str(own))
    assert trusted_before(environ, [system]) == [own]
    assert trusted_before({**environ, unset: ""}, [tmp_path / "none.pem", system, own]) == [own, system]


def test_a_bundle_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    assert trusted_before(dict.fromkeys(TRUST, str(tmp_path / "gone.pem")), []) == []


def test_without_authorities_of_the_system_there_are_those_of_certifi(tmp_path: Path) -> None:
    last = tmp_path / "lib" / "python3.10" / "site-packages" / "certifi" / "cacert.pem"
    last.parent.mkdir(parents=True)
    last.touch()
    assert system_bundles(tmp_path)[-1] == last
