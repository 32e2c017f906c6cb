"""What a stack file must keep to, one rule a test."""

from typing import Any

import pytest

from stacks.config import TENANT_KEY
from tests.stacks.conftest import SMALLEST, TENANT, Load, Problems

GROUP_ID = "5cd3dfb6-5b8c-4b6e-9b0f-0d5b3ad3f5a1"


def _with(**sections: Any) -> dict[str, Any]:
    return {**SMALLEST, **sections}


def _users(**settings: Any) -> dict[str, Any]:
    return _with(mappings={"users": settings})


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (
            _with(tokn={}),
            (
                "tokn: is not a key here: the keys are greenlake, token, app, adopted, provisioning, mappings, access, "
                "protect"
            ),
        ),
        (_with(app={"mod": "create"}), "app.mod: is not a key here: the keys are name, mode"),
        (_with(mappings={"people": {}}), "mappings.people: is not a key here: the keys are users, groups"),
        (
            _users(attributes={"userName": {"source": "mail", "matching": 1, "match": 1}}),
            (
                "mappings.users.attributes.userName.match: is not a key here: the keys are source, constant, "
                "expression, matching, default, onlyOnCreate"
            ),
        ),
        (
            _users(scope=[[{"attribute": "a", "operator": "EQUALS", "value": "x"}]]),
            "mappings.users.scope[0][0].value: is not a key here: the keys are attribute, operator, values",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_known_ones(
    problems_of: Problems, document: dict[str, Any], line: str
) -> None:
    assert problems_of(document) == [line]


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (_with(token={"every": 60}), "token.every: 60 is not a duration: write a number and s, m, h or d, such as 60d"),
        (_with(token={"every": "60d", "removeCurrent": "no"}), 'token.removeCurrent: "no" must be true or false'),
        (
            _with(token={"every": "60d", "rotateWhenChanged": []}),
            "token.rotateWhenChanged: must be a map of keys and values",
        ),
        (_with(token={"every": "60d", "rotateWhenChanged": {"a": []}}), "token.rotateWhenChanged.a: must be text"),
        (_with(app={"name": 5}), "app.name: 5 must be text: YAML does not take it for text: write it in quotes"),
        (
            _with(access={"groups": ["2026-11-30 00:00:00 +0000 UTC"]}),
            'access.groups[0]: "2026-11-30 00:00:00 +0000 UTC" is a date to YAML: write it in quotes',
        ),
        (_with(app={"name": "a\x00b"}), 'app.name: "a\\u0000b" must not have control characters'),
        (_with(app={"name": " "}), 'app.name: " " must not be empty'),
        (_with(app={"name": "x" * 121}), "app.name: must be at most 120 characters long"),
        (_with(app={"mode": "borrow"}), "app.mode: \"borrow\" must be 'create' or 'existing'"),
        (_with(provisioning={"status": "maybe"}), "provisioning.status: \"maybe\" must be 'on' or 'off'"),
        (_with(provisioning={"deleteThreshold": "5"}), 'provisioning.deleteThreshold: "5" must be a whole number'),
        (_with(provisioning={"deleteThreshold": 0.5}), "provisioning.deleteThreshold: 0.5 must be a whole number"),
        (_with(provisioning={"deleteThreshold": 0}), "provisioning.deleteThreshold: 0 must be at least 1"),
        (_with(access={"groups": "Admins"}), 'access.groups: "Admins" must be a list'),
        (_with(access={"groups": [None]}), "access.groups[0]: must be text"),
        (_with(access=[]), "access: must be a map of keys and values"),
        (_with(protect="perhaps"), 'protect: "perhaps" must be true or false'),
        (
            _with(greenlake={"expiryField": "a b"}),
            'greenlake.expiryField: "a b" must be a field\'s name: letters, digits, _ . and -',
        ),
        (
            _users(actions=["create", "upsert"]),
            "mappings.users.actions[1]: \"upsert\" must be 'create', 'update' or 'delete'",
        ),
        (
            _users(scope=[[{"operator": "EQUALS"}]]),
            "mappings.users.scope[0][0].attribute: is missing: docs/configuration.md lists its keys",
        ),
        (_users(attributes={"userName": 5}), "mappings.users.attributes.userName: 5 must be a map of keys and values"),
    ],
)
def test_a_value_of_another_type_is_refused(problems_of: Problems, document: dict[str, Any], line: str) -> None:
    assert problems_of(document) == [line]


@pytest.mark.parametrize("every", ["0d", "60", "d", "1.5h", "-3d", "60 d", "100000d", "60d\n", "P60D", True, None])
def test_only_a_number_with_a_unit_is_a_duration(problems_of: Problems, every: object) -> None:
    (line,) = problems_of(_with(token={"every": every}))
    assert "is not a duration" in line


@pytest.mark.parametrize("key", ["apiUrl", "tenantUrl"])
def test_an_http_url_is_refused(problems_of: Problems, key: str) -> None:
    (line,) = problems_of(_with(greenlake={key: "http://sps.us1.greenlake-hpe.com"}))
    assert line == f"greenlake.{key}: must begin with https://: the token travels in every request"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://", "is not a URL"),
        ("https://a b", "is not a URL"),
        ("https://host:99999", "is not a URL"),
        ("https://[::1", "is not a URL"),
        ("https://host\\evil", "is not a URL"),
        ("https://user@host", "must not hold a user name or password"),
        ("https://:pw@host", "must not hold a user name or password"),
        ("https://host/#", "must not have a fragment"),
        ("https://host/a/../b", "must not have . or .. between slashes"),
        ("https://host/a/%2E%2e", "must not have . or .. between slashes"),
        ("https://host/?x", "must not have a query"),
    ],
)
def test_a_url_that_can_be_read_in_two_ways_is_refused(problems_of: Problems, url: str, reason: str) -> None:
    (line,) = problems_of(_with(greenlake={"apiUrl": url}))
    assert reason in line


@pytest.mark.parametrize(
    "tenant_url",
    [
        "https://elsewhere.example/v1alpha1/scimproxy",
        "https://api.example:8443/base/v1alpha1/scimproxy",
        "https://api.example/v1alpha1/scimproxy",
        "https://api.example/basement",
        "https://api.example.evil/base/v1alpha1/scimproxy",
    ],
)
def test_a_tenant_url_outside_the_api_is_refused(problems_of: Problems, tenant_url: str) -> None:
    (line,) = problems_of(_with(greenlake={"apiUrl": "https://api.example/base", "tenantUrl": tenant_url}))
    assert line == (
        "greenlake.tenantUrl: must be under apiUrl (same host and port, its path below): the token is sent there"
    )


@pytest.mark.parametrize(
    "tenant_url",
    [
        "https://api.example/base/v1alpha1/scimproxy?aadOptscim062020",
        "https://API.example:443/base/scim",
        "https://api.example/base",
    ],
)
def test_a_tenant_url_under_the_api_is_taken_with_its_query(load_document: Load, tenant_url: str) -> None:
    config = load_document(_with(greenlake={"apiUrl": "https://api.example/base/", "tenantUrl": tenant_url}))
    assert config.greenlake.tenant_url == tenant_url


def test_no_expiry_and_no_every_is_refused(problems_of: Problems) -> None:
    (line,) = problems_of({TENANT_KEY: TENANT, "access": {"users": ["a@b.example"]}})
    assert line.startswith(
        "token.every: is not set and greenlake.expiryField neither, so nothing decides when to rotate"
    )


def test_a_known_expiry_makes_every_optional(load_document: Load) -> None:
    config = load_document(
        {key: value for key, value in _with(greenlake={"expiryField": "validUntil"}).items() if key != "token"}
    )
    assert config.token.every == ""


def test_how_long_a_token_lives_is_not_known_here_so_any_renew_before_is_taken(load_document: Load) -> None:
    assert load_document(_with(token={"every": "60d", "renewBefore": "90d"})).token.renew_before == "90d"


@pytest.mark.parametrize("every", ["899s", "14m"])
def test_a_policy_that_would_rotate_on_every_run_is_refused(problems_of: Problems, every: str) -> None:
    (line,) = problems_of(_with(token={"every": every}))
    assert line == f"token: every ({every}) must be at least 15m: a shorter one would rotate on every run"


def test_a_quarter_of_an_hour_is_the_shortest_policy(load_document: Load) -> None:
    assert load_document(_with(token={"every": "15m"})).token.every == "15m"


@pytest.mark.parametrize("key", ["groups", "users"])
def test_one_name_twice_is_refused_whatever_its_case(problems_of: Problems, key: str) -> None:
    (line,) = problems_of(_with(access={key: ["ada@straße.example", "ADA@STRASSE.example"]}))
    assert line == (
        f'access.{key}: names "ADA@STRASSE.example" twice (Entra does not distinguish upper and lower case): keep one'
    )


@pytest.mark.parametrize("access", [{}, {"groups": []}, {"users": [], "groups": []}])
def test_nobody_to_provision_is_refused(problems_of: Problems, access: dict[str, Any]) -> None:
    assert problems_of(_with(access=access)) == [
        "access: names no group and no user, so nobody would be provisioned: set groups, users or both"
    ]


def test_a_user_is_a_principal_name_or_an_object_id(problems_of: Problems, load_document: Load) -> None:
    good = ["ada@contoso.example", "ben_fabrikam.example#EXT#@contoso.example", GROUP_ID]
    assert load_document(_with(access={"users": good})).access.users == tuple(good)
    (line,) = problems_of(_with(access={"users": ["Ada Lovelace"]}))
    assert line == 'access.users[0]: "Ada Lovelace" is neither a user principal name (name@domain) nor an object id'


@pytest.mark.parametrize("address", ["identity", "a@b, c@d", "@b"])
def test_the_notification_address_is_one_address(problems_of: Problems, address: str) -> None:
    (line,) = problems_of(_with(provisioning={"notificationEmail": address}))
    assert line == f'provisioning.notificationEmail: "{address}" is not one e-mail address'


@pytest.mark.parametrize(("objects", "required"), [("users", "userName"), ("groups", "displayName")])
def test_what_scim_requires_must_be_mapped(problems_of: Problems, objects: str, required: str) -> None:
    attributes = {"externalId": {"source": "objectId", "matching": 1}}
    (line,) = problems_of(_with(mappings={objects: {"attributes": attributes}}))
    assert line == f"mappings.{objects}: attributes must map {required}: SCIM requires it"


@pytest.mark.parametrize(("objects", "required"), [("users", "userName"), ("groups", "displayName")])
def test_each_object_type_needs_a_matching_attribute(problems_of: Problems, objects: str, required: str) -> None:
    (line,) = problems_of(_with(mappings={objects: {"attributes": {required: "displayName"}}}))
    assert line == (
        f"mappings.{objects}: attributes need one with matching: 1, or Entra cannot find what it made before"
    )


def test_two_attributes_of_one_precedence_are_refused(problems_of: Problems) -> None:
    both = {"userName": {"source": "mail", "matching": 1}, "externalId": {"source": "objectId", "matching": 1}}
    (line,) = problems_of(_users(attributes=both))
    assert line == "mappings.users: attributes must not share a matching precedence"


@pytest.mark.parametrize("origin", [{}, {"source": "mail", "constant": "x"}, {"constant": "x", "expression": "[mail]"}])
def test_a_mapping_has_exactly_one_origin(problems_of: Problems, origin: dict[str, str]) -> None:
    (line,) = problems_of(_users(attributes={"userName": origin}))
    assert line == "mappings.users.attributes.userName: needs exactly one of source, constant and expression"


def test_nothing_can_be_matched_on_a_constant(problems_of: Problems) -> None:
    (line,) = problems_of(_users(attributes={"userName": {"constant": "x", "matching": 1}}))
    assert line == "mappings.users.attributes.userName: cannot match on a constant: everybody would be the same"


@pytest.mark.parametrize("objects", ["users", "groups"])
def test_an_object_type_without_actions_is_refused(problems_of: Problems, objects: str) -> None:
    assert problems_of(_with(mappings={objects: {"actions": []}})) == [f"mappings.{objects}.actions: must not be empty"]


def test_the_users_mapping_stays_enabled(problems_of: Problems, load_document: Load) -> None:
    (line,) = problems_of(_users(enabled=False))
    assert line == "mappings.users.enabled: false must be true: Entra provisions no groups without users"
    assert load_document(_users(enabled=True)).mappings.users.enabled is True


@pytest.mark.parametrize("protect", [{}, {"protect": "false"}, {"protect": False}])
def test_prod_must_be_protected(load_document: Load, problems_of: Problems, protect: dict[str, Any]) -> None:
    (line,) = problems_of({**SMALLEST, **protect}, stack="prod")
    assert line.endswith(
        "Pulumi.prod.yaml: protect: must be true in the stack prod: a half-done destroy there is worse than none"
    )
    assert load_document({**SMALLEST, **protect}, stack="staging").protect is False


@pytest.mark.parametrize(
    ("sections", "line"),
    [
        ({"protect": True}, "app.mode: must be existing beside adopted: the application was there before this stack"),
        (
            {"app": {"mode": "existing"}},
            "protect: must be true beside adopted: a destroy would end what was there before this stack",
        ),
    ],
)
def test_an_adopted_application_is_an_existing_one_and_protected(
    problems_of: Problems, sections: dict[str, Any], line: str
) -> None:
    (problem,) = problems_of(_with(adopted={"job": "scim.1.2"}, **sections))
    assert problem.endswith(line)
