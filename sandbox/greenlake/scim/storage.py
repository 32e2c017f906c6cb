"""scim2-server's backend over a world's documents, with one look-up instead of a walk for what Entra asks.

`userName` is unique without regard to case (RFC 7643 section 4.1). Each membership is its own document, so that a
change of one costs the same in a group of any size.
"""

# scim2-server has no types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

from scim2_models import (
    InvalidFilterException,
    InvalidValueException,
    Meta,
    Resource,
    SearchRequest,
    UniquenessException,
)
from scim2_server.backend import InMemoryBackend

from sandbox.core.filters import FilterError
from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.greenlake.scim.filters import Clause, read
from sandbox.greenlake.scim.memberships import KINDS, MEMBER, Changes, change_members, is_member

_ENDPOINTS = {"User": "Users", "Group": "Groups"}
_INDEXED = {name.lower(): name for name in ("userName", "displayName", "externalId")}
_MEMBERS = ("members", "members.value")

AnyResource = Resource[Any]


class WorldBackend(InMemoryBackend):
    """The users and groups of the world in `world`; sorting is what is left of the parent's own storage.

    Groups come with their members, and are stored with them, only while `whole`.
    """

    world: World
    whole: bool

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def query_resources(
        self, search_request: "SearchRequest[AnyResource]", resource_type_id: str | None = None
    ) -> tuple[int, list[AnyResource]]:
        """Return the number of all matches, and one page of them."""
        types = [resource_type_id] if resource_type_id else list(KINDS)
        found = [(name, one) for name in types for one in self.matching(name, search_request.filter)]
        start = (search_request.start_index or 1) - 1
        page = slice(start, None if search_request.count is None else start + search_request.count)
        if search_request.sort_by is None:
            return len(found), [self._model(*one) for one in found[page]]
        self.resources = [self._model(*one) for one in found]
        order = SearchRequest(sort_by=search_request.sort_by, sort_order=search_request.sort_order)
        _, ordered = super().query_resources(order)
        return len(ordered), ordered[page]

    def get_resource(self, resource_type_id: str, object_id: str) -> AnyResource | None:
        """Return one resource."""
        document = self.world.get(KINDS[resource_type_id], object_id)
        return self._model(resource_type_id, document) if document else None

    def create_resource(self, resource_type_id: str, resource: AnyResource) -> AnyResource:
        """Store a new resource under a new id; UniquenessException if the userName is taken."""
        resource.id = str(uuid4())
        now = self.world.now()
        location = f"{self._base}/{_ENDPOINTS[resource_type_id]}/{resource.id}"
        resource.meta = Meta(resource_type=resource_type_id, created=now, location=location)
        self._write(resource_type_id, resource)
        return resource

    def update_resource(self, resource_type_id: str, resource: AnyResource) -> AnyResource | None:
        """Store a resource that exists, checked anew as a whole."""
        if self.world.get(KINDS[resource_type_id], str(resource.id)) is None:
            return None
        updated = self._model(resource_type_id, resource.model_dump(), complete=True)
        self._write(resource_type_id, updated)
        return updated

    def delete_resource(self, resource_type_id: str, object_id: str) -> bool:
        """Forget a resource, and its membership everywhere."""
        if not self.world.delete(KINDS[resource_type_id], object_id):
            return False
        for side in ("holder", "member"):
            for key, _ in self.world.where(MEMBER, side, object_id):
                self.world.delete(MEMBER, key)
        return True

    def matching(self, name: str, text: str | None) -> list[Document]:
        """Return the documents that a filter finds, all without one; InvalidFilterException."""
        if text is None:
            return self.world.all(KINDS[name])
        try:
            wanted = read(text)
        except FilterError:
            raise InvalidFilterException from None
        found = self._looked_up(name, wanted)
        return [document for document in found if all(self._holds(one, name, document) for one in wanted)]

    def _looked_up(self, name: str, wanted: tuple[Clause, ...]) -> Iterable[Document]:
        """Return the documents among which all matches are."""
        for clause in (one for one in wanted if isinstance(one.value, str)):
            if clause.attribute in _INDEXED:
                return [one for _, one in self.world.where(KINDS[name], _INDEXED[clause.attribute], clause.value)]
            ids = [clause.value] if clause.attribute == "id" else None
            if clause.attribute in _MEMBERS:
                ids = [one["holder"] for _, one in self.world.where(MEMBER, "member", clause.value)]
            if ids is not None:
                found = (self.world.get(KINDS[name], one) for one in ids)
                return [document for document in found if document]
        return self.world.all(KINDS[name])

    def _holds(self, clause: Clause, name: str, document: Document) -> bool:
        if clause.attribute in _MEMBERS:
            return is_member(self.world, document["id"], str(clause.value))
        return clause.holds(document if name == "User" or clause.attribute else self._with_members(document))

    def _write(self, name: str, resource: AnyResource) -> None:
        self._touch_resource(resource, self.world.now())
        document = resource.model_dump()
        identity = str(resource.id)
        if name == "User" and any(
            one["id"] != identity for _, one in self.world.where(KINDS[name], "userName", document["userName"])
        ):
            raise UniquenessException
        members: list[Document] = document.pop("members", None) or []
        if name == "Group" and self.whole:
            stale: Changes = {one["member"]: None for _, one in self.world.where(MEMBER, "holder", identity)}
            change_members(self.world, identity, {**stale, **{_named(one): one for one in members}})
        self.world.put(KINDS[name], identity, document)

    def _model(self, name: str, document: Document, *, complete: bool = False) -> AnyResource:
        if name == "Group" and self.whole and not complete:
            document = self._with_members(document)
        return cast("AnyResource", self.models_dict[name].model_validate(document))

    def _with_members(self, group: Document) -> Document:
        members = [one["element"] for _, one in self.world.where(MEMBER, "holder", group["id"])]
        return {**group, "members": members or None}


def _named(member: Document) -> str:
    """Return the id in a member; InvalidValueException if there is none."""
    if not isinstance(member.get("value"), str):
        raise InvalidValueException
    return member["value"]
