"""What the real azuread plugin sends, replayed against the sandbox: the statuses it got, and the fields it must find.

The requests were recorded from the plugin (polls left out); of the answers, which a small stub gave, only the ids are
kept, to learn which object of the sandbox stands for which of the recording.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.core import jwt
from sandbox.core.json_types import is_list, is_object
from tests.sandbox.driver import World

_RECORDED: Mapping[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "data" / "azuread.json").read_text()
)
_ID = r"[^/?]+"
_SYNC = rf"/servicePrincipals/{_ID}/synchronization"

# (method, path, in the answer's list or not) -> the fields without which the plugin fails, replaces or shows drift
_APPLICATION = "id appId displayName applicationTemplateId signInAudience api groupMembershipClaims"
_PRINCIPAL = "id appId displayName applicationTemplateId accountEnabled appRoleAssignmentRequired"
_GROUP = "id displayName securityEnabled membershipRule"
_ASSIGNMENT = "id appRoleId principalId resourceId"
_REQUIRED = (
    ("GET", rf"/applications/{_ID}", False, _APPLICATION),
    ("GET", r"/applications\?.+", True, "id appId displayName applicationTemplateId"),
    ("GET", rf"/applications/{_ID}\?.+", False, "oauth2RequirePostResponse"),
    ("GET", rf"/applicationTemplates/{_ID}", False, "id"),
    ("GET", rf"/servicePrincipals/{_ID}", False, _PRINCIPAL),
    ("GET", r"/servicePrincipals\?.+", True, "id appId applicationTemplateId"),
    ("GET", rf"/servicePrincipals/{_ID}\?.+", False, "samlMetadataUrl"),
    ("GET", rf"/groups/{_ID}", False, _GROUP),
    ("GET", r"/groups\?.+", True, _GROUP),
    ("GET", rf"/groups/{_ID}/(members|owners|memberOf)", True, "id"),
    ("POST", r"/groups", False, "id displayName"),
    ("POST", r"/users", False, "id"),
    ("GET", rf"/users/{_ID}", False, "id displayName userPrincipalName"),
    ("GET", rf"/users/{_ID}\?.*accountEnabled.*", False, "accountEnabled"),
    ("GET", rf"/users/{_ID}\?.*showInAddressList.*", False, "showInAddressList"),
    ("POST", rf"/servicePrincipals/{_ID}/appRoleAssignedTo", False, _ASSIGNMENT),
    ("GET", rf"/servicePrincipals/{_ID}/appRoleAssignedTo/{_ID}", False, _ASSIGNMENT),
    ("GET", rf"{_SYNC}/secrets", True, "key value"),
    ("POST", rf"{_SYNC}/jobs", False, "id templateId schedule"),
    ("GET", rf"{_SYNC}/jobs/{_ID}", False, "id templateId schedule"),
)


class Replay:
    """Sends recorded requests with the ids of the sandbox instead of the recorded ones."""

    def __init__(self, client: httpx.Client, known: Mapping[str, str]) -> None:
        self._client = client
        self._known = dict(known)

    def run(self, story: str) -> Iterator[tuple[dict[str, Any], httpx.Response]]:
        for exchange in _RECORDED[story]:
            request = self._translated(exchange["request"])
            answer = self._client.request(exchange["method"], self._translated(exchange["path"]), json=request)
            if exchange["answer"] and answer.is_success:
                self._learn(exchange["answer"], answer.json())
            yield exchange, answer

    def _translated(self, value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False)
        for recorded, here in self._known.items():
            text = text.replace(recorded, here)
        return json.loads(text)

    def _learn(self, recorded: Any, here: Any) -> None:
        if is_list(recorded):
            for old, new in zip(recorded, here, strict=False):
                self._learn(old, new)
        elif is_object(recorded):
            for name, value in recorded.items():
                if name in here:
                    self._learn(value, here[name])
        elif recorded != here:
            self._known[recorded] = here


def _missing(exchange: Mapping[str, Any], answer: httpx.Response) -> set[str]:
    """Name the fields that the plugin requires of this answer and that are not in it."""
    missing: set[str] = set()
    path = exchange["path"].removeprefix("/v1.0").removeprefix("/beta")
    for method, pattern, listed, names in _REQUIRED:
        if method == exchange["method"] and re.fullmatch(pattern, path) and answer.is_success:
            for item in answer.json()["value"] if listed else [answer.json()]:
                missing |= set(names.split()) - set(item)
    return missing


@pytest.fixture
def replay(world: World) -> Iterator[Replay]:
    """A replay as the administrator, because one recording also makes groups and users."""
    with world.graph("admin_client") as admin:
        group = admin.get("groups", params={"$filter": "displayName eq 'Partners'"}).json()["value"][0]["id"]
        user = admin.get(f"users/user000@{world.about['tenant_domain']}").json()["id"]
        known = {
            "seeded+group": "Partners",
            "seeded%40probe.onmicrosoft.com": f"user000%40{world.about['tenant_domain']}",
            "@probe.onmicrosoft.com": f"@{world.about['tenant_domain']}",
            "aff47dd7-ab05-422b-bcbb-e14ac46adb70": group,
            "5b10fad7-0921-428d-aefa-bd16314ab6f3": user,
            "33333333-3333-3333-3333-333333333333": jwt.peek(world.sign_in("admin_client"))["oid"],
        }
        with httpx.Client(base_url=world.sandbox.entra, headers=admin.headers, verify=world.sandbox.tls) as client:
            yield Replay(client, known)


@pytest.mark.parametrize("stories", [["create_from_template", "destroy_from_template"], ["create_everything"]])
def test_every_recorded_request_gets_the_recorded_status_and_the_fields_that_the_plugin_requires(
    replay: Replay, stories: list[str]
) -> None:
    for story in stories:
        for exchange, answer in replay.run(story):
            told = f"{exchange['method']} {exchange['path']}: {answer.text[:300]}"
            assert answer.status_code == exchange["status"], told
            assert not _missing(exchange, answer), told


def test_a_job_always_has_a_schedule_state_because_the_plugin_dies_without(replay: Replay) -> None:
    states = [
        answer.json()["schedule"]["state"]
        for exchange, answer in replay.run("create_from_template")
        if exchange["method"] == "GET" and "/jobs/" in exchange["path"]
    ]
    assert states == ["Disabled"]


def test_a_secret_is_shown_as_exactly_one_asterisk_and_the_order_is_kept(replay: Replay) -> None:
    shown = [
        answer.json()["value"]
        for exchange, answer in replay.run("create_from_template")
        if exchange["method"] == "GET" and exchange["path"].endswith("/secrets")
    ]
    base = {"key": "BaseAddress", "value": "https://127.0.0.1:9/scim/v2"}
    assert shown == [[base, {"key": "SecretToken", "value": "*"}]]


def test_the_metadata_document_carries_what_configure_requires(world: World) -> None:
    document = world.sandbox.http.get(f"{world.sandbox.entra}/metadata/endpoints?api-version=2022-09-01").json()
    assert document["name"]
    assert document["resourceManager"]
    assert document["microsoftGraphResourceId"].rstrip("/") == world.sandbox.entra
    assert document["authentication"]["loginEndpoint"] == world.sandbox.entra


def test_an_access_token_has_the_three_parts_and_the_oid_that_the_plugin_reads(world: World) -> None:
    token = world.sign_in()
    assert len(token.split(".")) == 3
    assert jwt.peek(token)["oid"]
