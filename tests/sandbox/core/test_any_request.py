"""No request gets a 500, whatever is in it: JSON of any shape, and samples with any part replaced, at every route."""

import copy
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.core.json_types import is_list, is_object
from tests.full import FULL
from tests.sandbox.core.in_process import GROUP, InProcess, Target, user
from tests.sandbox.greenlake.workspace import GROUP as SCIM_GROUP
from tests.sandbox.greenlake.workspace import PATCH, USER

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
RULE = "03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8"

WORDS = st.sampled_from(
    ["", "x", "None", "userName", "members", "Add", "User", "Group", "scim", "2026-01-01T00:00:00Z"]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.text(max_size=8))
ANY = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
QUERIES = st.sampled_from(
    [
        "accountEnabled gt 'a'", "displayName gt null", "displayName lt 5", "members eq 1", "id eq", "not", "((",
        "1 gt 'a'",
        "startswith(displayName,null)", "createdDateTime gt x", "userName sw 5", "emails eq null", "active gt true",
        'userName eq "a" and emails[type eq "work"].value eq "b"', 'emails[type eq "work"]',
        "meta.created gt 2015-10-10T00:00:00Z",
        'emails[type eq "work"].value co "b"', "name pr", "a.b.c eq 1", "schemas co 1", 'id eq "\\',
        "tolower(id) eq tolower", "businessPhones/any(p:p gt 1)", "displayName/any()", "id in (1,'a',null)",
        "(" * 3000 + "id eq 1" + ")" * 3000, "not " * 3000 + 'title eq "x"', "id eq 1 and " * 900 + "id eq 2",
    ]
)  # fmt: skip
NUMBERS = st.sampled_from(["0", "1", "-1", "x", "", "1e9", "٣", "9" * 5000])


@pytest.fixture(scope="module")
def sandbox_in_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    folder = tmp_path_factory.mktemp("in-process")
    with pytest.MonkeyPatch.context() as patch, closing(InProcess(folder, patch)) as here:
        yield here


def samples(here: InProcess) -> dict[str, Any]:
    """Return, by the end of a path, bodies that work: any part of them is replaced then."""
    ids = here.ids
    schema = copy.deepcopy(here.world.get("schema", ids["job"]))
    assigned = {"principalId": ids["users"], "resourceId": ids["servicePrincipals"], "appRoleId": "x"}
    subject = {
        "objectId": ids["groups"],
        "objectTypeName": "Group",
        "links": {"members": [{"objectId": ids["users"], "objectTypeName": "User"}]},
    }
    add = {"op": "Add", "path": "members", "value": [{"$ref": None, "value": ids["scimUser"]}]}
    mail = {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "a@example.com"}
    plain = {"op": "replace", "value": {"displayName": "x", f"{ENTERPRISE}:department": "y", "name.givenName": "z"}}
    tree = {"expression": 'Join(" ", [givenName], [surname])'}
    person = {
        "schemas": [USER, ENTERPRISE], "userName": "new@example.com", "name": {"givenName": "A"}, "active": True,
        "emails": [{"type": "work", "value": "a@example.com", "primary": True}], "roles": [],
        "meta": {"resourceType": "User"},
        ENTERPRISE: {"department": "x", "manager": {"value": "m"}},
    }  # fmt: skip
    return {
        "/schema": schema,
        "/parseExpression": {**tree, "testInputObject": {"properties": [{"key": "givenName", "value": "A"}]}},
        "/provisionOnDemand": {"parameters": [{"ruleId": RULE, "subjects": [subject]}]},
        "/secrets": {"value": here.world.get("secrets", ids["servicePrincipals"])["value"]},  # pyright: ignore[reportOptionalSubscript]
        "/validateCredentials": {"useSavedCredentials": False, "credentials": [{"key": "BaseAddress", "value": "x"}]},
        "/restart": {"criteria": {"resetScope": "Watermark, Escrows"}},
        "/jobs": {"templateId": "scim"},
        "/users": user(7),
        "/users/{id}": {"displayName": "x", "businessPhones": ["1"], "userPrincipalName": "y@example.com"},
        "/groups": {**GROUP, "members@odata.bind": [f"x/{ids['users']}"]},
        "/groups/{id}": {"displayName": "x", "members@odata.bind": [f"x/{ids['users']}"]},
        "/applications": {"displayName": "x", "appRoles": [{"id": "r", "isEnabled": True, "displayName": "User"}]},
        "/applications/{id}": {"displayName": "x", "appRoles": [], "web": {"redirectUris": []}},
        "/instantiate": {"displayName": "x"},
        "/servicePrincipals": {"appId": "x"},
        "/servicePrincipals/{id}": {"displayName": "x", "tags": [], "appRoles": [{"id": "r", "isEnabled": True}]},
        "/appRoleAssignedTo": assigned,
        "/$ref": {"@odata.id": f"https://x/{ids['users']}"},
        "Users": person,
        f"Users/{ids['scimUser']}": [{"schemas": [PATCH], "Operations": [mail, plain]}, person],
        "Groups": {"schemas": [SCIM_GROUP], "displayName": "x", "members": [{"value": ids["scimUser"]}]},
        f"Groups/{ids['scimGroup']}": [
            {"schemas": [PATCH], "Operations": [add, plain]},
            {"schemas": [SCIM_GROUP], "displayName": "x"},
        ],
        ".search": {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": "active eq true",
            "count": 1,
        },
        "/clock": {"advance_s": 1},
        "/faults": [{"path": "x", "times": 0}],
        "/worlds/{name}": {"cycle_interval_s": 3, "escrow_backoff_s": [1]},
    }


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """List the ways to every part of a value."""
    yield ()
    for key, one in value.items() if is_object(value) else enumerate(value) if is_list(value) else ():
        yield from ((key, *rest) for rest in places(one))


def replaced(value: Any, place: tuple[Any, ...], by: Any) -> Any:
    """Return a copy with one part replaced."""
    if not place:
        return by
    result = copy.copy(value)
    result[place[0]] = replaced(value[place[0]], place[1:], by)
    return result


def body(data: st.DataObject, target: Target, known: dict[str, Any]) -> Any:
    """Draw a body: of any shape, or one that works but for a part."""
    found = [one for end, one in known.items() if target.path.endswith(end)]
    if not found or data.draw(st.integers(0, 4)) == 0:
        return data.draw(ANY)
    sample = found[-1]
    ways: list[Any] = sample if is_list(sample) and not target.path.endswith("/faults") else [sample]
    sample = data.draw(st.sampled_from(ways))
    for _ in range(data.draw(st.integers(1, 2))):
        sample = replaced(sample, data.draw(st.sampled_from(list(places(sample)))), data.draw(ANY))
    return sample


def _is_defect(answer: httpx.Response) -> bool:
    return answer.status_code >= 500 and answer.status_code != 501


# What takes the world away, which the next example needs
_SPARED = ("/reset", "/restore", "/save")


@settings(
    max_examples=3000 if FULL else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
@given(data=st.data())
def test_no_request_of_any_shape_is_a_server_error(sandbox_in_process: InProcess, data: st.DataObject) -> None:
    """Send some requests, then let the engine run and read everything: what was stored is not a trap either."""
    here = sandbox_in_process
    targets = [one for one in here.targets() if not one.path.endswith(_SPARED)]
    targets = [one for one in targets if (one.method, one.path) != ("DELETE", "/sandbox/worlds/{name}")]
    reads, writes = ([one for one in targets if (one.method == "GET") is read] for read in (True, False))
    known, sent = samples(here), list[tuple[Target, bytes | None]]()
    try:
        for _ in range(data.draw(st.integers(1, 4))):
            target = data.draw(st.sampled_from(writes * 3 + reads))
            query = {name: data.draw(QUERIES) for name in ("$filter", "filter") if target in reads}
            query |= {name: data.draw(NUMBERS) for name in ("$skiptoken", "count", "since") if target in reads}
            content = None if target in reads else json.dumps(body(data, target, known)).encode()
            sent.append((target, content))
            answer = here.call(target, content, query)
            assert not _is_defect(answer), (sent, answer.text)
        here.cycle()
        version = data.draw(st.sampled_from(["/v1.0", "/beta"]))
        for one in [one for one in reads if not one.path.startswith(version)]:
            seen = here.call(one)
            assert not _is_defect(seen), (sent, one, seen.text)
    finally:
        here.restore()


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"NaN",
        b'{"a":1e999}',
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
        b"\xff",
        b'{"a":' * 99 + b"1" + b"}" * 99,
    ],
)
def test_a_body_other_than_a_json_object_is_a_bad_request_everywhere(
    sandbox_in_process: InProcess, content: bytes
) -> None:
    here = sandbox_in_process
    for target in here.targets():
        if target.method in ("POST", "PUT", "PATCH") and not target.path.endswith(_SPARED):
            assert not _is_defect(here.call(target, content)), target
    here.restore()


@pytest.mark.parametrize("host", ["[::1", "evil:x", ""])
def test_whatever_host_a_request_names_it_is_answered_with_the_sandboxs_own_addresses(
    sandbox_in_process: InProcess, host: str
) -> None:
    here = sandbox_in_process
    for target in [one for one in here.targets() if one.method == "GET"]:
        answer = here.call(target, None, {"$top": "1", "count": "1"}, Host=host)
        assert not _is_defect(answer), target
        assert "evil" not in answer.text


def test_a_head_request_is_answered_like_its_get(sandbox_in_process: InProcess) -> None:
    here = sandbox_in_process
    for target in [one for one in here.targets() if one.method == "GET"]:
        head = here.call(Target(target.service, "HEAD", target.path))
        assert head.status_code == here.call(target).status_code, target
