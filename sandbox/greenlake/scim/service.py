"""What this SCIM service does otherwise than scim2-server as it comes.

Its gaps, each of which Entra or a tester meets: a value path that matches nothing is not created; the number of all
results is that of the page; false cannot be removed; a traceback reaches the client; refusals are logged
with what was sent.
"""

# scim2-server has no types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import logging
import re
from typing import Any, Union, cast

from scim2_models import (
    AuthenticationScheme,
    BaseModel,
    Error,
    ListResponse,
    Meta,
    PatchOp,
    PatchOperation,
    SearchRequest,
    ServiceProviderConfig,
)
from scim2_server.operators import AddOperator, RemoveOperator, ReplaceOperator
from scim2_server.provider import SCIMProvider
from scim2_server.utils import get_by_alias, load_default_resource_types, load_default_schemas, parse_new_value
from werkzeug import Request, Response
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest

from sandbox.core.world import World
from sandbox.greenlake.scim.filters import clauses
from sandbox.greenlake.scim.storage import AnyResource, WorldBackend

_PAGE_SIZE = 200  # the largest page of HPE's own SCIM service
_SERVER_ERROR = 500
_EMPTY_PAGE = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    "totalResults": 0,
    "startIndex": 1,
    "itemsPerPage": _PAGE_SIZE,
    "Resources": [],
}
_ENTRAS = frozenset({"filter", "excludedAttributes"})  # the options of Entra's queries
_NUMBER = re.compile(r"-?\d+")
_VALUE_PATH = re.compile(r'(?P<attribute>\w+)\[(?P<key>\w+) eq "?(?P<value>[^"\]]*)"?\]\.(?P<sub>\w+)')


class ScimService(SCIMProvider):
    """Users with the enterprise extension, and groups, of whichever world a request is for."""

    def __init__(self, base: str) -> None:
        self._backend = WorldBackend(base)
        super().__init__(self._backend)
        self.page_size = _PAGE_SIZE
        self.log = logging.getLogger("sandbox.scim")
        self.log.disabled = True  # a refusal is an answer, and the text about it quotes the request
        for schema in load_default_schemas().values():
            self.register_schema(schema)
        for kind in load_default_resource_types().values():
            kind.meta = Meta(resource_type="ResourceType", location=f"{base}/ResourceTypes/{kind.id}")
            self.register_resource_type(kind)
        self.schemas = tuple(self._backend.schemas)
        self._messages = _messages(tuple(self._backend.get_models()))

    def serve(self, world: World, request: Request, environ: dict[str, Any], *, whole: bool) -> Response:
        """Serve one request in one world; `whole` lets groups have their members, however many they are."""
        excluded = request.args.get("excludedAttributes", "").lower()
        self._backend.world, self._backend.whole = world, whole and "members" not in excluded
        return self.make_response(_EMPTY_PAGE) if self._finds_nothing(request) else self.wsgi_app(request, environ)

    def _finds_nothing(self, request: Request) -> bool:
        """Return whether a query is Entra's, before it creates an object: the library takes ten times as long."""
        kind = self._backend.get_resource_type_by_endpoint(request.path)
        text = request.args.get("filter", "")
        if request.method != "GET" or kind is None or not clauses(text) or not _ENTRAS.issuperset(request.args):
            return False
        return not self._backend.matching(str(kind.id), text)

    def known(self, endpoint: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Return a resource without the attributes that its schemas lack, which the library would refuse."""
        kind = self._backend.get_resource_type_by_endpoint(f"/{endpoint}")
        return _pruned(payload, self._backend.models_dict[str(kind.id)]) if kind else payload

    def build_search_request(self, request: Request) -> "SearchRequest[AnyResource]":
        """Read the query; 400 for an invalid number. The backend reads the filter: the library lacks Entra's form."""
        for name in ("startIndex", "count"):
            if not _NUMBER.fullmatch(request.args.get(name, "1")):
                raise BadRequest(f"{name} must be a whole number")
        filtered = request.args.get("filter")
        others = ImmutableMultiDict((name, one) for name, one in request.args.items() if name != "filter")
        vars(request)["args"] = others  # where werkzeug keeps it once it is computed
        found = super().build_search_request(request)
        return found.model_copy(update={"filter": filtered}) if filtered else found

    def apply_patch_operation(self, resource: AnyResource, patch_operation: PatchOp[AnyResource]) -> None:
        """Apply a PATCH; a value path that matches nothing makes the element it describes, as Entra expects."""
        for operation in patch_operation.operations or []:
            path = str(operation.path or "")
            missing, value = _missing_element(resource, operation) or (path, operation.value)
            operators = {PatchOperation.Op.add: _AddOperator, PatchOperation.Op.remove: _RemoveOperator}
            operator = _AddOperator if missing != path else operators.get(operation.op, ReplaceOperator)
            operator(missing or None, value)(resource)

    def make_error(self, error: Error) -> Response:
        """Answer an error without a word about our own insides; what the library fails on is a bad request."""
        if error.status == _SERVER_ERROR:
            error = Error(status=400, scim_type="invalidSyntax", detail="the request could not be processed")
        return super().make_error(error)

    def get_service_provider_config(self) -> ServiceProviderConfig:
        """Answer that the service wants a bearer token."""
        config = super().get_service_provider_config()
        config.documentation_uri = None
        config.authentication_schemes = [
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="SCIM proxy token",
                description="The token of POST /v1alpha1/proxytoken",
            )
        ]
        return config


def _pruned(value: Any, model: Any) -> Any:
    if isinstance(value, list):
        return [_pruned(one, model) for one in value]
    if not isinstance(value, dict) or not hasattr(model, "model_fields"):
        return value
    named = ((key, get_by_alias(model, key, allow_none=True), one) for key, one in value.items())
    return {key: _pruned(one, model.get_field_root_type(alias)) for key, alias, one in named if alias}


class _AddOperator(AddOperator):
    """Adds nothing that is there already (RFC 7644 section 3.5.2.1)."""

    @classmethod
    def operation(cls, model: BaseModel, attribute: str, value: Any) -> None:
        alias = get_by_alias(type(model), attribute)
        single = alias and model.get_field_multiplicity(alias) and not isinstance(value, list)
        if alias and single and parse_new_value(model, alias, value) in (getattr(model, alias) or []):
            return
        super().operation(model, attribute, value)


class _RemoveOperator(RemoveOperator):
    """Removes false too, which the library takes for an attribute that is not there."""

    @classmethod
    def operation(cls, model: BaseModel, attribute: str, value: Any) -> None:
        alias = get_by_alias(type(model), attribute)
        if alias and getattr(model, alias) is False:
            setattr(model, alias, None)
        else:
            super().operation(model, attribute, value)


def _messages(models: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the message models, to be held: the library makes them when it needs them, and forgets them each time."""
    listed, patched = cast("tuple[Any, Any]", (ListResponse, PatchOp))
    return (listed[Union[models]], *(patched[one] for one in models))  # noqa: UP007 - the key that the library looks for


def _missing_element(
    resource: AnyResource, operation: PatchOperation[AnyResource]
) -> tuple[str, dict[str, Any]] | None:
    """Return attribute and element if an add or replace names, by value path, an element that is not there."""
    path = _VALUE_PATH.fullmatch(str(operation.path or ""))
    if path is None or operation.op == PatchOperation.Op.remove:
        return None
    elements: list[dict[str, Any]] = resource.model_dump().get(path["attribute"]) or []
    if any(str(element.get(path["key"])).lower() == path["value"].lower() for element in elements):
        return None
    value = path["value"] if path["key"] != "primary" else path["value"].lower() == "true"
    return path["attribute"], {path["key"]: value, path["sub"]: operation.value}
