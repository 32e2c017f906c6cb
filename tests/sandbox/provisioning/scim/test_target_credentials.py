import pytest

from sandbox.provisioning.scim import target_credentials
from sandbox.provisioning.scim.refusals import CredentialsRefused


def pairs(**values: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def test_credentials_hold_target_dialect_and_scope() -> None:
    read = target_credentials.read(
        pairs(
            BaseAddress="https://127.0.0.1:8444/scim/?aadOptscim062020",
            SecretToken="secret",
            SyncAll="True",
            SkipOutOfScopeDeletions="1",
        )
    )
    assert (read.base_url, read.compliant, read.sync_all, read.keeps_out_of_scope) == (
        "https://127.0.0.1:8444/scim",
        True,
        True,
        True,
    )
    assert "secret" not in repr(read)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"BaseAddress": "https://127.0.0.1/"}, "CredentialsMissing"),
        ({"BaseAddress": "", "SecretToken": "x"}, "CredentialsMissing"),
        ({"BaseAddress": "http://127.0.0.1/", "SecretToken": "x"}, "CredentialValidationUnavailable"),
        ({"BaseAddress": "https://example.com/", "SecretToken": "x"}, "CredentialValidationUnavailable"),
    ],
)
def test_credentials_that_cannot_do_are_refused_before_anything_is_sent(values: dict[str, str], code: str) -> None:
    with pytest.raises(CredentialsRefused) as refusal:
        target_credentials.read(pairs(**values))
    assert refusal.value.code == code
