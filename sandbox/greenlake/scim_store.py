"""scim2-server's backend over a world's documents, with indexes for what Entra asks: one look-up instead of a walk.

`userName` is unique without regard to case (RFC 7643 section 4.1). The index is written before the resource and
believed only where the resource agrees, so that a sandbox killed in between comes back right.
"""

# scim2-server has no types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

from scim2_filter_parser.lexer import SCIMLexer
from scim2_filter_parser.parser import SCIMParser, SCIMParserError
from scim2_models import InvalidFilterException, Meta, Resource, SearchRequest, UniquenessException
from scim2_server.backend import InMemoryBackend
from scim2_server.filter import evaluate_filter

from sandbox.greenlake.scim_filter import Clause, clauses, holds
from sandbox.store import Document
from sandbox.world import World

KINDS = {"User": "scimUser", "Group": "scimGroup"}
_ENDPOINTS = {"User": "Users", "Group": "Groups"}
_INDEX = "scimIndex"
_INDEXED = ("userName", "displayName", "externalId")

AnyResource = Resource[Any]


class WorldBackend(InMemoryBackend):
    """The users and groups of the world in `world`; sorting is what is left of the parent's own storage."""

    world: World

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def query_resources(
        self, search_request: "SearchRequest[AnyResource]", resource_type_id: str | None = None
    ) -> tuple[int, list[AnyResource]]:
        """Return the number of all matches, and one page of them."""
        types = [resource_type_id] if resource_type_id else list(KINDS)
        self.resources = [one for name in types for one in self._matching(name, search_request.filter)]
        order = SearchRequest(sort_by=search_request.sort_by, sort_order=search_request.sort_order)
        _, ordered = super().query_resources(order)
        start = (search_request.start_index or 1) - 1
        end = None if search_request.count is None else start + search_request.count
        return len(ordered), ordered[start:end]

    def get_resource(self, resource_type_id: str, object_id: str) -> AnyResource | None:
        """Return one resource."""
        document = self.world.get(KINDS[resource_type_id], object_id)
        return self._model(resource_type_id, document) if document else None

    def create_resource(self, resource_type_id: str, resource: AnyResource) -> AnyResource:
        """Store a new resource under a new id; UniquenessException where the userName is taken."""
        resource.id = str(uuid4())
        now = self.world.now()
        location = f"{self._base}/{_ENDPOINTS[resource_type_id]}/{resource.id}"
        resource.meta = Meta(resource_type=resource_type_id, created=now, location=location)
        self._write(resource_type_id, resource, {})
        return resource

    def update_resource(self, resource_type_id: str, resource: AnyResource) -> AnyResource | None:
        """Store a resource that exists, checked anew as a whole."""
        before = self.world.get(KINDS[resource_type_id], str(resource.id))
        if before is None:
            return None
        updated = self._model(resource_type_id, resource.model_dump())
        self._write(resource_type_id, updated, before)
        return updated

    def delete_resource(self, resource_type_id: str, object_id: str) -> bool:
        """Forget a resource, and its membership everywhere."""
        document = self.world.get(KINDS[resource_type_id], object_id)
        if document is None:
            return False
        for key in _index_keys(resource_type_id, document):
            self._unindex(key, object_id)
        if resource_type_id == "User":
            self._leave_groups(object_id)
        return self.world.delete(KINDS[resource_type_id], object_id)

    def _matching(self, name: str, text: str | None) -> list[AnyResource]:
        if text is None:
            return [self._model(name, document) for document in self.world.all(KINDS[name])]
        known = clauses(text)
        if known is not None:
            found = self._looked_up(name, known)
            return [self._model(name, document) for document in found if all(holds(one, document) for one in known)]
        try:
            tree = SCIMParser().parse(SCIMLexer().tokenize(text))
        except (SCIMParserError, ValueError):
            raise InvalidFilterException from None
        return [one for one in self._matching(name, None) if _fulfils(one, tree)]

    def _looked_up(self, name: str, known: tuple[Clause, ...]) -> Iterable[Document]:
        """Return the documents among which all matches are."""
        for clause in known:
            ids: list[str] | None = None
            if clause.attribute == "id":
                ids = [clause.value]
            elif clause.attribute in _INDEXED:
                ids = self._indexed(_index_key(name, clause.attribute, clause.value))
            if ids is not None:
                found = (self.world.get(KINDS[name], one) for one in ids)
                return [document for document in found if document]
        return self.world.all(KINDS[name])

    def _write(self, name: str, resource: AnyResource, before: Document) -> None:
        self._touch_resource(resource, self.world.now())
        document = resource.model_dump()
        identity = str(resource.id)
        if name == "User" and document["userName"].lower() != before.get("userName", "").lower():
            taken = Clause("userName", document["userName"])
            if any(holds(taken, other) for other in self._looked_up(name, (taken,)) if other["id"] != identity):
                raise UniquenessException
        old, new = _index_keys(name, before), _index_keys(name, document)
        for key in new - old:
            self.world.put(_INDEX, key, {"ids": [*self._indexed(key), identity]})
        self.world.put(KINDS[name], identity, document)
        for key in old - new:
            self._unindex(key, identity)

    def _leave_groups(self, user: str) -> None:
        for group in self.world.all(KINDS["Group"]):
            members: list[Document] = group.get("members") or []
            left = [member for member in members if member.get("value") != user]
            if left != members:
                self.world.put(KINDS["Group"], group["id"], {**group, "members": left})

    def _indexed(self, key: str) -> list[str]:
        return (self.world.get(_INDEX, key) or {"ids": []})["ids"]

    def _unindex(self, key: str, identity: str) -> None:
        left = [one for one in self._indexed(key) if one != identity]
        if left:
            self.world.put(_INDEX, key, {"ids": left})
        else:
            self.world.delete(_INDEX, key)

    def _model(self, name: str, document: Document) -> AnyResource:
        return cast("AnyResource", self.models_dict[name].model_validate(document))


def _index_keys(name: str, document: Document) -> set[str]:
    values = ((attribute, document.get(attribute)) for attribute in _INDEXED)
    return {_index_key(name, attribute, value) for attribute, value in values if isinstance(value, str)}


def _index_key(name: str, attribute: str, value: str) -> str:
    return f"{name}/{attribute}/{value.lower()}"


def _fulfils(resource: AnyResource, tree: Any) -> bool:
    """Evaluate a filter; an attribute that is absent fulfils nothing, where the library would fail."""
    try:
        return bool(evaluate_filter(resource, tree))
    except (AttributeError, TypeError, IndexError):
        return False
