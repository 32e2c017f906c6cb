"""A reading of a world in which nothing has happened yet, and the pieces that make one in which something has."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from sandbox.core.http.journal import JournalEntry, Pushes
from sandbox.entra.synchronization.schema.default_schema import default_schema
from sandbox.greenlake.tokens.token_life import Token
from sandbox.page.reading import Reading
from sandbox.provisioning.cycle.memory import Link
from sandbox.provisioning.cycle.source_directory import Directory, everybody

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=timezone.utc)
GROUP = "GreenLake Operators"


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def written(seconds_ago: float) -> str:
    """Write a moment as Graph's synchronization API does."""
    return ago(seconds_ago).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def reading(**changes: Any) -> Reading:
    """Return the empty reading with some values replaced."""
    nothing = Directory({"User": {}, "Group": {}}, members={}, managers={}, entitled=everybody((), ()))
    empty = Reading(
        name="w",
        domain="w.onmicrosoft.com",
        now=NOW,
        interval_s=3,
        job=None,
        busy=False,
        schema=None,
        before=None,
        tokens=(),
        held="",
        presented="",
        directory=nothing,
        assigned=(),
        links={},
        scim_users=(),
        scim_groups=(),
        log=(),
        requests=(),
        test=None,
        pushes=Pushes(),
        slow=False,
        turnover=0,
    )
    return replace(empty, **changes)


def job(**status: Any) -> dict[str, Any]:
    """Return a stored job that is on; `state` is that of its schedule."""
    state = status.pop("state", "Active")
    base = {"code": "Active", "quarantine": None, "lastExecution": None}
    return {"id": "j", "servicePrincipalId": "sp", "schedule": {"state": state}, "status": base | status}


def token(generation: int, issued: float, end: float | None = None, used: float | None = None) -> Token:
    """Return a token by how many seconds ago it was issued, ended and used first."""
    return Token(
        sha256=f"{generation:012x}" + "0" * 52,
        generation=generation,
        issued_at=ago(issued),
        expires_at=NOW + timedelta(days=90),
        used_at=None if used is None else ago(used),
        ends_at=None if end is None else ago(end),
    )


def people(count: int, pushed: int = 0, **of_everybody: Any) -> dict[str, Any]:
    """Return what a reading has of one assigned group with so many members, of whom some were pushed."""
    users = {
        f"u{number}": {
            "id": f"u{number}",
            "displayName": f"User {number}",
            "userPrincipalName": f"u{number}@w.example",
            "deletedDateTime": None,
        }
        | of_everybody
        for number in range(count)
    }
    groups = {"g": {"id": "g", "displayName": GROUP}}
    objects, entitled = {"User": users, "Group": groups}, everybody(users, groups)
    there = [f"u{number}" for number in range(pushed)]
    return {
        "schema": mapped_by("userName", "displayName"),
        "directory": Directory(objects, members={"g": tuple(users)}, managers={}, entitled=entitled),
        "assigned": ({"principalId": "g", "principalDisplayName": GROUP},),
        "links": {one: Link(one, "User", f"t-{one}", digest="") for one in there},
        "scim_users": [
            {"id": f"t-{one}", "userName": f"{one}@w.example", "displayName": users[one]["displayName"]}
            for one in there
        ],
    }


def mapped_by(*targets: str) -> dict[str, Any]:
    """Return the default schema with these user attributes alone."""
    schema = default_schema("j")
    for mapping in schema["synchronizationRules"][0]["objectMappings"]:
        if mapping["sourceObjectName"] == "User":
            every = mapping["attributeMappings"]
            mapping["attributeMappings"] = [one for one in every if one["targetAttributeName"] in targets]
    return schema


def users_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema's mapping of users, to be changed in place."""
    found = schema["synchronizationRules"][0]["objectMappings"]
    return next(one for one in found if one["sourceObjectName"] == "User")


def entry(**changes: Any) -> JournalEntry:
    """Return a request of the engine that went well."""
    push = JournalEntry(
        seq=1,
        at="2026-11-24T11:59:58.000Z",
        service="scim",
        method="GET",
        path="/v1alpha1/scimproxy/Users",
        query="",
        status=200,
        duration_ms=2.4,
        client="engine",
        token="0" * 12,
    )
    return replace(push, **changes)
