"""The directory of a new world: the same people, groups and applications every time, with ids of each world's own.

It holds what provisioning stumbles over: guests, disabled and soft-deleted users, users without a given name, a
directory extension, Unicode and very long names, one display name for two, nested, empty and large groups, and a
distribution group.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from sandbox.core.store import Document, references
from sandbox.core.world import World
from sandbox.entra import shapes
from sandbox.entra.directory.applications import instantiate

# Word lists; nobody in the directory exists
_LISTS = json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))
GIVEN, SURNAMES, DEPARTMENTS, TITLES, CITIES = _LISTS.values()
_BORN = "2024-03-05T09:00:00Z"
_MEMBERS = 240
_GUESTS = 12
_LONG = "Maximiliana-Wilhelmina-" * 10 + "Featherstonehaugh"
_TEAMS = tuple(f"{department} {kind}" for department in DEPARTMENTS for kind in ("Team", "Leads"))


def fill(world: World) -> None:
    """Seed a new world."""
    users = _users(world)
    world.put_many("user", {user["id"]: user for user in users})
    by_name, members = _groups(world, [user["id"] for user in users])
    world.put_many("group", {group["id"]: group for group in by_name})
    world.put_many("members", references(members))
    _applications(world)


def _users(world: World) -> list[Document]:
    """Return members (some disabled, deleted or oddly named), then guests."""
    people = [_member(world, number) for number in range(_MEMBERS)]
    guests = [_guest(world, number) for number in range(_GUESTS)]
    return [*people, *guests]


def _member(world: World, number: int) -> Document:
    given, surname = GIVEN[number * 7 % len(GIVEN)], SURNAMES[number * 11 % len(SURNAMES)]
    title, department = TITLES[number % len(TITLES)], DEPARTMENTS[number % len(DEPARTMENTS)]
    city, state, postal_code, country = CITIES[number % len(CITIES)]
    alias = f"user{number:03d}"
    user = shapes.made(
        "user",
        id=world.id_of(f"user {number}"),
        accountEnabled=number % 17 != 5,  # every 17th is disabled
        businessPhones=[f"+1 555 01{number:03d}"],
        city=city,
        country=country,
        createdDateTime=_BORN,
        deletedDateTime="2026-11-01T08:00:00Z" if number % 40 == 39 else None,  # every 40th is deleted
        department=department,
        displayName=f"{given} {surname}",
        employeeId=f"{10_000 + number}",
        givenName=given,
        jobTitle=f"{department} {title}",
        mail=f"{alias}@{world.domain}",
        mailNickname=alias,
        mobilePhone=f"+1 555 02{number:03d}",
        officeLocation=f"{city} {number % 9 + 1}",
        postalCode=postal_code,
        preferredLanguage="en-US",
        state=state,
        streetAddress=f"{number + 1} Lakeside",
        surname=surname,
        usageLocation=country,
        userPrincipalName=f"{alias}@{world.domain}",
    )
    return user | _ODD.get(number, {})


_ODD: dict[int, Document] = {
    0: {"extension_0123456789abcdef0123456789abcdef_SkillSet": "Welder"},  # a directory extension
    3: {"givenName": None, "displayName": "Reception"},
    4: {"givenName": None, "surname": None, "displayName": "Meeting Room 4"},
    8: {"displayName": f"{_LONG} {_LONG}"[:256], "givenName": _LONG[:64], "surname": _LONG[-64:]},
    12: {"displayName": 'Zoë 🚀 D\'Angelo "ZD"', "givenName": "Zoë 🚀", "surname": 'D\'Angelo "ZD"'},
    20: {"displayName": "Sam Rivers", "givenName": "Sam", "surname": "Rivers"},
    21: {"displayName": "Sam Rivers", "givenName": "Sam", "surname": "Rivers"},
    30: {"mail": None, "mailNickname": None, "businessPhones": [], "mobilePhone": None},
}


def _guest(world: World, number: int) -> Document:
    given, surname = GIVEN[number], SURNAMES[-number - 1]
    address = f"guest{number:02d}@partner.example"
    return shapes.made(
        "user",
        id=world.id_of(f"guest {number}"),
        createdDateTime=_BORN,
        creationType="Invitation",
        displayName=f"{given} {surname} (Partner)",
        externalUserState="Accepted",
        givenName=given,
        mail=address,
        mailNickname=f"{address.replace('@', '_')}#EXT#",
        surname=surname,
        userPrincipalName=f"{address.replace('@', '_')}#EXT#@{world.domain}",
        userType="Guest",
    )


def _groups(world: World, users: list[str]) -> tuple[list[Document], dict[str, Iterable[str]]]:
    """Return the groups and their direct members by group id."""
    guests, teams = users[_MEMBERS:], [_group(world, name) for name in _TEAMS]
    members: dict[str, Iterable[str]] = {
        team["id"]: users[index : _MEMBERS : len(_TEAMS)] for index, team in enumerate(teams)
    }
    nested = teams[0]["id"]
    named = {
        "GreenLake Administrators": (*users[0:5], users[5], users[12], guests[0]),
        "GreenLake Operators": (*users[20:59], *guests[1:3]),
        "GreenLake Viewers": (*users[60:75], nested),
        "All Members": users[:_MEMBERS],
        "Everyone in Storage": (*users[2 : _MEMBERS : len(DEPARTMENTS)],),
        "Nobody Yet": (),
        "Partners": guests,
        "Équipe 日本 & Čeština": users[100:106],
        f"{'Very ' * 48}Long Name": users[110:112],
    }
    special = [_group(world, name) for name in named]
    members.update(zip((group["id"] for group in special), named.values(), strict=True))
    twins = [_group(world, "Project Phoenix", alias=f"project-phoenix-{number}") for number in (1, 2)]
    members.update({twin["id"]: users[120 + index : 123 + index] for index, twin in enumerate(twins)})
    mail = {"mailEnabled": True, "mail": f"news@{world.domain}", "securityEnabled": False}
    letter: Document = {**_group(world, "Newsletter"), **mail}
    members[letter["id"]] = users[0:30]
    return [*special, *teams, *twins, letter], members


def _group(world: World, name: str, alias: str = "") -> Document:
    nickname = alias or f"group-{world.id_of(name)[:8]}"
    return shapes.made(
        "group",
        id=world.id_of(f"group {alias or name}"),
        createdDateTime=_BORN,
        description=f"{name} (seeded)",
        displayName=name,
        mailNickname=nickname,
    )


def _applications(world: World) -> None:
    """Add the two clients that sign in, and the application that single sign-on uses already."""
    for name, app_id in (("Deployment", world.client_id), ("Administration", world.admin_client_id)):
        principal = world.id_of(f"service principal {app_id}")
        world.put(
            "servicePrincipal",
            principal,
            shapes.made(
                "servicePrincipal",
                id=principal,
                appDisplayName=name,
                appId=app_id,
                displayName=name,
                createdDateTime=_BORN,
            ),
        )
    instantiate(world, "SSO-Integration", None)
