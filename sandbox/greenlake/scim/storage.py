"""The users and groups of a workspace as documents. A membership is its own: it costs the same in a group of any size.

`userName` is unique without regard to case (RFC 7643 section 4.1).
"""

from collections.abc import Iterable, Mapping
from uuid import uuid4

from sandbox.core.documents import objects
from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.greenlake.scim.filters import Clause, read
from sandbox.greenlake.scim.schemas import SCHEMAS, ScimError

KINDS = {"User": "scimUser", "Group": "scimGroup"}
MEMBER = "scimMember"
_INDEXED = {name.lower(): name for name in ("userName", "displayName", "externalId")}
_MEMBERS = ("members", "members.value")


def matching(world: World, kind: str, text: str) -> list[Document]:
    """Return the users or groups that a filter finds, all for "", groups without their members; raises FilterError."""
    if not text:
        return world.all(KINDS[kind])
    wanted = read(text)
    return [one for one in _looked_up(world, kind, wanted) if all(_holds(world, kind, each, one) for each in wanted)]


def _looked_up(world: World, kind: str, wanted: tuple[Clause, ...]) -> Iterable[Document]:
    """Return the documents among which all matches are."""
    for clause in (one for one in wanted if isinstance(one.value, str)):
        if clause.attribute in _INDEXED:
            return [one for _, one in world.where(KINDS[kind], _INDEXED[clause.attribute], clause.value)]
        ids = [clause.value] if clause.attribute == "id" else None
        if clause.attribute in _MEMBERS:
            ids = [one["holder"] for _, one in world.where(MEMBER, "member", clause.value)]
        if ids is not None:
            found = (world.get(KINDS[kind], one) for one in ids)
            return [document for document in found if document]
    return world.all(KINDS[kind])


def _holds(world: World, kind: str, clause: Clause, document: Document) -> bool:
    if clause.attribute in _MEMBERS:
        return world.get(MEMBER, f"{document['id']}/{clause.value}") is not None
    return clause.holds(document if kind == "User" or clause.attribute else with_members(world, document))


def with_members(world: World, resource: Document) -> Document:
    """Return a group with its members."""
    members = [one["element"] for _, one in world.where(MEMBER, "holder", resource["id"])]
    return {**resource, "members": members} if members else resource


def create(world: World, kind: str, attributes: Document, location: str) -> Document:
    """Store a new resource under a new id, found below a location; raises ScimError if its userName is taken."""
    identity = str(uuid4())
    meta = {"resourceType": kind, "created": _now(world), "location": f"{location}/{identity}"}
    return save(world, kind, {**attributes, "schemas": SCHEMAS[kind], "id": identity, "meta": meta}, whole=True)


def save(world: World, kind: str, resource: Document, *, whole: bool) -> Document:
    """Store a resource with a new version, and the members of a group if it is `whole`; return it. Raises ScimError."""
    document = {name: one for name, one in resource.items() if name != "members"}
    document["meta"] = {**resource["meta"], "lastModified": _now(world), "version": f'W/"{uuid4().hex}"'}
    same = world.where(KINDS[kind], "userName", document["userName"]) if kind == "User" else []
    if any(one["id"] != document["id"] for _, one in same):
        raise ScimError(409, "uniqueness", "the userName is taken")
    members = {_named(one): one for one in objects(resource, "members")}
    if kind == "Group" and whole:
        leaving = (one["member"] for _, one in world.where(MEMBER, "holder", document["id"]))
        change_members(world, document["id"], {**dict.fromkeys(leaving), **members})
    world.put(KINDS[kind], document["id"], document)
    return {**document, "members": list(members.values())} if members else document


def change_members(world: World, group: str, changes: Mapping[str, Document | None]) -> None:
    """Store the members of a group that are new or different, by their ids, and remove those of which None is left."""
    for name, element in changes.items():
        if element is None:
            world.delete(MEMBER, f"{group}/{name}")
        else:
            world.put(MEMBER, f"{group}/{name}", {"holder": group, "member": name, "element": element})


def enter_and_leave(world: World, group: Document, changes: Mapping[str, Document | None]) -> Document:
    """Let some enter and leave a group; return it with its new version. Who is a member already stays as it is."""
    known = {name for name, one in changes.items() if one and world.get(MEMBER, f"{group['id']}/{name}")}
    change_members(world, group["id"], {name: one for name, one in changes.items() if name not in known})
    return save(world, "Group", group, whole=False)


def delete(world: World, kind: str, identity: str) -> None:
    """Forget a resource, and its membership everywhere."""
    world.delete(KINDS[kind], identity)
    for side in ("holder", "member"):
        for key, _ in world.where(MEMBER, side, identity):
            world.delete(MEMBER, key)


def _named(member: Document) -> str:
    if not member.get("value"):
        raise ScimError(400, "invalidValue", "a member needs a value")
    return member["value"]


def _now(world: World) -> str:
    return world.now().isoformat().replace("+00:00", "Z")
