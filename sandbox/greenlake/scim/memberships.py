"""Who is in which group of the SCIM service: a document each, so that a change costs the same in any group."""

from uuid import uuid4

from sandbox.core.store import Document
from sandbox.core.world import World

KINDS = {"User": "scimUser", "Group": "scimGroup"}
MEMBER = "scimMember"
Changes = dict[str, Document | None]
"""Elements of a group's members by the id of the member, None for who leaves."""


def patch_members(world: World, group: str, changes: Changes) -> str | None:
    """Let some enter and leave a group; return its new version, None if there is no such group."""
    document = world.get(KINDS["Group"], group)
    if document is None:
        return None
    fresh = {name: one for name, one in changes.items() if one is None or not is_member(world, group, name)}
    change_members(world, group, fresh)
    now, version = world.now().isoformat().replace("+00:00", "Z"), f'W/"{uuid4().hex}"'
    world.put(
        KINDS["Group"], group, {**document, "meta": {**document["meta"], "lastModified": now, "version": version}}
    )
    return version


def change_members(world: World, group: str, changes: Changes) -> None:
    """Store the members of a group that are new or different, and remove those of which nothing is left."""
    for name, element in changes.items():
        if element is None:
            world.delete(MEMBER, f"{group}/{name}")
        else:
            world.put(MEMBER, f"{group}/{name}", {"holder": group, "member": name, "element": element})


def is_member(world: World, group: str, name: str) -> bool:
    """Return whether somebody is in a group."""
    return world.get(MEMBER, f"{group}/{name}") is not None
