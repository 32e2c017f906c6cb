"""What a stack has seen of HPE's API is recorded without a value, and compared with what is assumed."""

import json
from typing import Any

import pulumi
import pytest

from providers.errors import ApiError
from providers.greenlake.assumption_checks import ASSUMPTIONS, Verdict, differences
from sandbox.greenlake.tokens.token_shapes import SHAPES
from tests.providers.greenlake.token_state import VERBS, due, inputs, use
from tests.sandbox.driver import World

SEEN = {"status": 200, "bearer": "API client", "fields": {"token": "the token"}, "end": True, "old_token": "accepted"}
REFUSED = {"status": 409, "bearer": "copied", "fields": {"message": "text"}, "code": ""}


def outputs(**changes: Any) -> dict[str, Any]:
    return {"observed": {}, "workspace_claims": {"workspace_id": "w"}, "state": "unknown", **changes}


def verdicts(outs: dict[str, Any]) -> list[Verdict]:
    return [each.check(outs).verdict for each in ASSUMPTIONS]


def test_of_a_stack_that_has_called_nothing_no_assumption_is_judged() -> None:
    assert set(verdicts(outputs(workspace_claims={}))) == {Verdict.UNSEEN}


@pytest.mark.parametrize("shape", SHAPES)
def test_in_every_shape_the_answers_are_recorded_without_a_value_and_nothing_differs(here: World, shape: str) -> None:
    here.set(token_shape=shape)
    news = inputs(here, **({"token_field": "secret", "expiry_field": "until"} if shape == "unusual" else {}))
    first = VERBS.create(news)
    use(here, first["token"])
    outs = VERBS.update(due(first), news)

    assert set(outs["observed"]) == {"create", "rotate"}
    assert "the token" in outs["observed"]["rotate"]["fields"].values()
    assert outs["observed"]["rotate"]["old_token"] == "accepted"
    assert differences(outs) == []
    shown = json.dumps(outs["observed"])
    values = [outs["token"], first["token"], *outs["workspace_claims"].values(), outs["expires_at"], outs["issued_at"]]
    assert [value for value in values if value and value in shown] == []


def test_a_failed_create_prints_what_it_saw_because_no_state_keeps_it(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", lines.append)
    here.set(scim_proxy_role=False)

    with pytest.raises(ApiError):
        VERBS.create(inputs(here))

    [line] = [each for each in lines if "answers of GreenLake" in each]
    found = json.loads(line.partition("answers of GreenLake: ")[2])
    assert found["observed"]["create refused"]["status"] == 403
    assert found["claims"] == ["workspace_id"]


def test_a_difference_is_reported_once(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lines.append)
    here.set(bearer_claims=())

    first = VERBS.create(inputs(here))
    use(here, first["token"])
    VERBS.update(due(first), inputs(here))

    [line] = [line for line in lines if "differs" in line]
    assert line == (
        "SCIM proxy token: GreenLake differs from what is assumed: A usual claim of the bearer identifies the "
        "workspace: the bearer has no claim of a usual name: run `scimctl assumptions`"
    )


@pytest.mark.parametrize(
    ("observed", "difference"),
    [
        ({"create refused": {**REFUSED, "bearer": "API client", "status": 403}}, "create was answered 403"),
        ({"rotate": {**SEEN, "old_token": "refused"}}, "after a rotation with false the old token was refused"),
        ({"create": {k: v for k, v in SEEN.items() if k != "end"}}, "create was answered 200 (token: the token)"),
        ({"create refused": {**REFUSED, "status": 422, "code": "TokenExists"}}, "create was answered 422 TokenExists"),
        (
            {"rotate refused": {**REFUSED, "status": 422, "code": "TOKEN_NOT_FOUND"}},
            "rotate was answered 422 TOKEN_NOT_FOUND",
        ),
        ({"delete refused": {**REFUSED, "status": 405}}, "delete was answered 405"),
    ],
)
def test_what_differs_is_named_by_the_call_and_its_answer(observed: dict[str, Any], difference: str) -> None:
    [line] = differences(outputs(observed=observed))

    assert line.endswith(f": {difference}")


@pytest.mark.parametrize(
    "observed",
    [
        {"create refused": REFUSED},
        {"create refused": {**REFUSED, "status": 400, "code": "ALREADY_EXISTS"}},
        {"create refused": {**REFUSED, "status": 500}},
        {"rotate refused": {**REFUSED, "status": 404}},
        {"delete": {"status": 204, "bearer": "copied", "fields": {"": "nothing"}}},
        {"create": SEEN, "create refused": {**REFUSED, "bearer": "API client", "status": 403}},
    ],
)
def test_what_is_as_assumed_or_proves_nothing_is_not_a_difference(observed: dict[str, Any]) -> None:
    assert differences(outputs(observed=observed)) == []
