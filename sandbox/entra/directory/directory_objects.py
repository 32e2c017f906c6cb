"""Directory objects: how they are found, merged, referred to by others, and what disappears with them."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from sandbox.core.json_types import is_object
from sandbox.core.store import Document, reference
from sandbox.core.world import World
from sandbox.entra import shapes
from sandbox.entra.graph.addresses import rewritten
from sandbox.entra.graph.errors import GraphError, bad_request, not_found
from sandbox.entra.graph.shape_rules import Shape, expect, kind_of

SINGULAR = {"user": "User", "group": "Group", "servicePrincipal": "ServicePrincipal"}
_REFERENCES = ("members", "owners")
_MOST_BOUND = 20  # documented for a PATCH and a POST of a group
_READ_ONLY = ("id", "createdDateTime", "deletedDateTime")
_SHAPES: dict[str, Shape] = {
    **dict.fromkeys(("displayName", "mailNickname", "userPrincipalName", "mail", "appId", "userType"), str),
    **dict.fromkeys(("accountEnabled", "mailEnabled", "securityEnabled"), bool),
    **{name: [str] for name in ("businessPhones", "groupTypes", "tags", "servicePrincipalNames")},
    "appRoles": [{"id": str, "displayName": str, "isEnabled": bool}],
    "passwordProfile": dict,
}


def find(world: World, kind: str, object_id: str) -> Document:
    """Return an object that is there and not soft-deleted; raises GraphError 404."""
    document = world.get(kind, object_id)
    if document is None or document.get("deletedDateTime"):
        raise not_found(object_id)
    return document


def present(world: World, kind: str) -> list[Document]:
    """List the objects of a kind but for the soft-deleted."""
    return [document for document in world.all(kind) if not document.get("deletedDateTime")]


def principal(world: World, object_id: str) -> tuple[str, Document]:
    """Return kind and document of a user, group or service principal; raises GraphError 404."""
    for kind in SINGULAR:
        document = world.get(kind, object_id)
        if document and not document.get("deletedDateTime"):
            return kind, document
    raise not_found(object_id)


def new(world: World, kind: str, **values: Any) -> Document:
    """Return an object of a kind that is made now."""
    return shapes.made(kind, id=str(uuid4()), createdDateTime=world.now().strftime("%Y-%m-%dT%H:%M:%SZ"), **values)


def merged(document: Document, patch: Document) -> Document:
    """Return the document with what a PATCH sets: complex properties merge.

    Annotations and what is read-only fall away. Raises GraphError 400 if a value has not the type that it must have.
    """
    result = dict(document)
    for name, value in patch.items():
        old: Any = result.get(name)
        if "@" in name or name in _READ_ONLY or (name == "appId" and old):
            continue
        if name in _SHAPES or old is not None:
            expect(value, _SHAPES.get(name) or kind_of(old), name)
        result[name] = merged(old, value) if is_object(old) and is_object(value) else value
    return result


def references(world: World, kind: str, object_id: str) -> list[str]:
    """List the ids of an object's `members` or `owners`."""
    return [reference["member"] for _, reference in world.where(kind, "holder", object_id)]


def refer(world: World, object_id: str, **others: Iterable[str]) -> None:
    """Add `members` and `owners`, or none; raises GraphError 400 if one is there already, 404 if there is no object."""
    added: dict[str, dict[str, Document]] = {kind: {} for kind in others}
    for kind, other in ((kind, one) for kind, ids in others.items() for one in ids):
        principal(world, other)
        new = reference(object_id, other)
        if new.keys() & added[kind].keys() or world.get(kind, *new):
            raise bad_request(
                f"One or more added object references already exist for the following modified properties: '{kind}'."
            )
        added[kind] |= new
    for kind, bodies in added.items():
        world.put_many(kind, bodies)


def unrefer(world: World, kind: str, object_id: str, other: str) -> None:
    """Remove a member or an owner; raises GraphError 404 if there is no such one."""
    if not world.delete(kind, *reference(object_id, other)):
        raise not_found(other)


def referred(world: World, kind: str, object_id: str) -> list[Document]:
    """List the members or owners themselves, each with its `@odata.type`."""
    return [typed(*principal(world, other)) for other in _alive(world, references(world, kind, object_id))]


def containing(world: World, object_id: str) -> list[Document]:
    """List the groups that an object is a direct member of."""
    holders = [membership["holder"] for _, membership in world.where("members", "member", object_id)]
    return [typed("group", find(world, "group", group)) for group in holders]


def typed(kind: str, document: Document) -> Document:
    """Return an object as it stands in a list of mixed types."""
    return {"@odata.type": f"#microsoft.graph.{kind}", **document}


def bound_id(reference: object) -> str:
    """Return the id at the end of an `@odata.id` or `@odata.bind` address; raises GraphError 400."""
    if not isinstance(reference, str) or "/" not in reference:
        raise bad_request("Invalid object reference: an address that ends in the object's id is expected.")
    return rewritten(reference, None).rsplit("/", 1)[1]


def bound_ids(body: Document, name: str) -> list[str]:
    """Return the ids of a body's `<name>@odata.bind`."""
    bound: list[str] = body.get(f"{name}@odata.bind") or []
    expect(bound, [str], name)
    if len(bound) > _MOST_BOUND:
        raise bad_request(f"The request adds {len(bound)} {name}: it may add {_MOST_BOUND} at most.")
    return [bound_id(one) for one in bound]


def require(body: Document, *names: str) -> None:
    """Raise GraphError 400 if a property is missing that creating an object needs."""
    for name in names:
        if body.get(name) in (None, ""):
            raise bad_request(f"A value is required for property '{name}' to create a new resource.")
        expect(body[name], _SHAPES.get(name, str), name)


def delete_softly(world: World, kind: str, document: Document) -> None:
    """Put an object into the recycle bin; what points to it stays for a restore."""
    world.put(kind, document["id"], document | {"deletedDateTime": world.now().strftime("%Y-%m-%dT%H:%M:%SZ")})


def forget_principal(world: World, object_id: str) -> None:
    """Remove what points to an object that was deleted permanently: assignments, memberships, ownerships."""
    for assignment in world.all("appRoleAssignment"):
        if object_id in (assignment["principalId"], assignment["resourceId"]):
            world.delete("appRoleAssignment", assignment["id"])
    for kind in _REFERENCES:
        for side in ("holder", "member"):
            for key, _ in world.where(kind, side, object_id):
                world.delete(kind, key)


def delete_service_principal(world: World, principal: Document) -> None:
    """Put a service principal into the recycle bin; a restore brings its assignments back, and no job or secret."""
    for job in world.all("job"):
        if job["servicePrincipalId"] == principal["id"]:
            forget_job(world, job["id"])
    world.delete("secrets", principal["id"])
    delete_softly(world, "servicePrincipal", principal)


def forget_job(world: World, job_id: str) -> None:
    """Remove a job with its schema and everything it remembers of the target."""
    for kind in ("link", "linkedMember", "escrow"):
        forget_memory(world, kind, job_id)
    world.delete("schema", job_id)
    world.delete("job", job_id)


def forget_memory(world: World, kind: str, job_id: str) -> None:
    """Remove a job's links, their members, or its escrow."""
    for key, _ in world.where(kind, "job", job_id):
        world.delete(kind, key)


def _alive(world: World, ids: list[str]) -> list[str]:
    def there(object_id: str) -> bool:
        try:
            principal(world, object_id)
        except GraphError:
            return False
        return True

    return [object_id for object_id in ids if there(object_id)]
