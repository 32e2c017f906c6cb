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
from scim2_server.operators import AddOperator, RemoveOperator, patch_resource
from scim2_server.provider import SCIMProvider
from scim2_server.utils import get_by_alias, load_default_resource_types, load_default_schemas
from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest

from sandbox.greenlake.scim_store import AnyResource, WorldBackend
from sandbox.world import World

_PAGE_SIZE = 200  # the largest page of HPE's own SCIM service
_SERVER_ERROR = 500
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

    def serve(self, world: World, request: Request, environ: dict[str, Any]) -> Response:
        """Serve one request in one world."""
        self._backend.world = world
        return self.wsgi_app(request, environ)

    def build_search_request(self, request: Request) -> "SearchRequest[AnyResource]":
        """Read the query; 400 where a number is none."""
        for name in ("startIndex", "count"):
            if not _NUMBER.fullmatch(request.args.get(name, "1")):
                raise BadRequest(f"{name} must be a whole number")
        return super().build_search_request(request)

    def apply_patch_operation(self, resource: AnyResource, patch_operation: PatchOp[AnyResource]) -> None:
        """Apply a PATCH; a value path that matches nothing makes the element it describes, as Entra expects."""
        for operation in patch_operation.operations or []:
            missing = _missing_element(resource, operation)
            if missing:
                AddOperator(missing[0], missing[1])(resource)
            elif operation.op == PatchOperation.Op.remove:
                _RemoveOperator(str(operation.path), None)(resource)
            else:
                patch_resource(resource, operation)

    def make_error(self, error: Error) -> Response:
        """Answer an error without a word about our own insides."""
        if error.status == _SERVER_ERROR:
            error = Error(status=_SERVER_ERROR, detail="the request could not be processed")
        return super().make_error(error)

    def get_service_provider_config(self) -> ServiceProviderConfig:
        """Say that the service wants a bearer token."""
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
    """Return the message models, to be held: the library makes them where it needs them, and forgets them each time."""
    listed, patched = cast("tuple[Any, Any]", (ListResponse, PatchOp))
    return (listed[Union[models]], *(patched[one] for one in models))  # noqa: UP007 - the key that the library looks for


def _missing_element(
    resource: AnyResource, operation: PatchOperation[AnyResource]
) -> tuple[str, dict[str, Any]] | None:
    """Return attribute and element where an add or replace names, by value path, an element that is not there."""
    path = _VALUE_PATH.fullmatch(str(operation.path or ""))
    if path is None or operation.op == PatchOperation.Op.remove:
        return None
    elements: list[dict[str, Any]] = resource.model_dump().get(path["attribute"]) or []
    if any(str(element.get(path["key"])).lower() == path["value"].lower() for element in elements):
        return None
    value = path["value"] if path["key"] != "primary" else path["value"].lower() == "true"
    return path["attribute"], {path["key"]: value, path["sub"]: operation.value}
