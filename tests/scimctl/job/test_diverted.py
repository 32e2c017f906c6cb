"""A push to another address, or of everybody, is reported; what Graph hides, and what nobody changed, is not."""

import pytest

from scimctl.job.diverted import differences

OURS = "https://greenlake.example/v1alpha1/scimproxy"
REPAIR = ": `pulumi up --refresh` saves the settings of the stack again"


@pytest.mark.parametrize(
    ("shown", "lines"),
    [
        ({"BaseAddress": OURS, "SyncAll": "false", "SecretToken": "*"}, []),
        ({"BaseAddress": "*", "SyncAll": "*"}, []),
        ({"BaseAddress": ""}, []),
        ({}, []),
        (
            {"BaseAddress": "https://u:hidden-word@else.example/scim", "SyncAll": "False"},
            [f"Entra pushes to https://[...]@else.example/scim instead of {OURS}{REPAIR}"],
        ),
        (
            {"SyncAll": "True"},
            [f"Entra provisions all users and groups, not the assigned ones alone (SyncAll){REPAIR}"],
        ),
    ],
)
def test_only_what_graph_shows_to_be_otherwise_is_reported(shown: dict[str, str], lines: list[str]) -> None:
    assert list(differences(shown, OURS)) == lines
