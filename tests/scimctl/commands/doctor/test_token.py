"""What the doctor reports of the token in state."""

from typing import Any

from providers.state_schema import TOKEN
from providers.timestamps import from_text
from scimctl.commands.doctor.check import Verdict
from scimctl.commands.doctor.services import of_state

NOW = from_text("2026-11-02T00:00:00Z")
OUTS = TOKEN.upgraded(
    {
        "fingerprint": "f1f1f1f1f1f1",
        "state": "accepted",
        "issued_at": "2026-11-01T00:00:00Z",
        "expires_at": "2027-01-30T00:00:00Z",
        "rotate_after": "2026-12-31T00:00:00Z",
        "rotated_for": {},
        "rotate_when_changed": {},
        "remove_current": False,
        "every": "60d",
        "renew_before": "",
    }
)


def found(**changes: Any) -> list[tuple[Verdict, str]]:
    return [(each.verdict, each.todo) for each in of_state({**OUTS, **changes}, NOW)]


def test_a_token_that_is_not_due_is_fine() -> None:
    assert found() == [(Verdict.OK, "")]


def test_a_rotation_that_is_due_is_a_warning() -> None:
    assert found(rotate_after="2026-11-01T12:00:00Z") == [(Verdict.WARNING, "run `pulumi up`, which does it")]


def test_an_unknown_life_under_a_long_interval_is_a_warning() -> None:
    todo = "set token.every to 30d or less, or greenlake.expiryField if the answer does have the end"

    assert found(expires_at="") == [(Verdict.OK, ""), (Verdict.WARNING, todo)]
    assert found(expires_at="", every="30d") == [(Verdict.OK, "")]


def test_a_rotation_that_could_not_be_read_is_a_warning() -> None:
    todo = "set greenlake.tokenField to the field of the token, then run `scimctl token rotate`"

    assert found(unknown_newer_since="2026-11-01T00:00:00Z") == [(Verdict.OK, ""), (Verdict.WARNING, todo)]
