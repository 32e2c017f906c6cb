"""Drift of the saved credentials names the setting, and never a secret."""

import pytest

from scimctl.commands.drift.saved_settings import saved_differences

DECLARED = {"BaseAddress": "https://a", "SecretToken": "secret-canary", "SyncAll": "false"}
SHOWN = {**DECLARED, "SecretToken": "*"}


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (SHOWN, []),
        ({**SHOWN, "SyncAll": "true"}, ["SyncAll is true instead of false"]),
        ({**SHOWN, "BaseAddress": ""}, ["BaseAddress is empty instead of https://a"]),
        ({**SHOWN, "Password": "*"}, ["Password is saved, and nobody declared it"]),
        ({"BaseAddress": "https://a", "SecretToken": "*"}, ["SyncAll is not saved"]),
        ({}, ["BaseAddress is not saved", "SecretToken is not saved", "SyncAll is not saved"]),
        (dict(reversed(SHOWN.items())), ["the saved credentials are in another order"]),
    ],
)  # fmt: skip
def test_each_setting_that_differs_is_named_with_its_values(shown: dict[str, str], said: list[str]) -> None:
    found = saved_differences(shown, DECLARED)
    assert found == said
    assert "canary" not in "".join(found)
