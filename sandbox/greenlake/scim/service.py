"""What this SCIM service does otherwise than scim2-server as it comes.

Its gaps, each of which Entra or a tester meets: the number of all results is that of the page; most filters and many
forms of PATCH are read wrongly; a traceback and what was sent reach the client and the log.
"""

# scim2-server has no types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import re
from typing import Any, Union, cast

from pydantic import ValidationError
from scim2_models import (
    AuthenticationScheme,
    Error,
    InvalidFilterException,
    ListResponse,
    Meta,
    PatchOp,
    SCIMException,
    SearchRequest,
    ServiceProviderConfig,
)
from scim2_server.provider import SCIMProvider
from scim2_server.utils import load_default_resource_types, load_default_schemas
from werkzeug import Request, Response
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, HTTPException

from sandbox.core.filters import FilterError
from sandbox.core.world import World
from sandbox.greenlake.scim.patching import alias_of, patched
from sandbox.greenlake.scim.storage import AnyResource, WorldBackend

_PAGE_SIZE = 200  # the largest page of HPE's own SCIM service
_EMPTY_PAGE = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    "totalResults": 0,
    "startIndex": 1,
    "itemsPerPage": _PAGE_SIZE,
    "Resources": [],
}
_ENTRAS = frozenset({"filter", "excludedAttributes"})  # the options of Entra's queries
_NUMBER = re.compile(r"-?[0-9]{1,12}")


class ScimService(SCIMProvider):
    """Users with the enterprise extension, and groups, of whichever world a request is for."""

    def __init__(self, base: str) -> None:
        self._backend = WorldBackend(base)
        super().__init__(self._backend)
        self.page_size = _PAGE_SIZE
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
        try:
            if self._finds_nothing(request):
                return self.make_response(_EMPTY_PAGE)
            endpoint, parts = self.url_map.bind_to_environ(environ).match()
            return getattr(self, f"call_{endpoint}")(request, **parts)
        except SCIMException as error:
            return self.make_error(error.to_error())
        except ValidationError as error:
            places = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in error.errors())
            return self.make_error(Error(status=400, scim_type="invalidValue", detail=places))
        except HTTPException as error:
            return self.make_error(Error(status=error.code, detail=error.description))
        except Exception:  # noqa: BLE001 - what the library fails on is a bad request
            detail = "the request could not be processed"
            return self.make_error(Error(status=400, scim_type="invalidSyntax", detail=detail))

    def _finds_nothing(self, request: Request) -> bool:
        """Return whether a query is Entra's, before it creates an object: the library takes ten times as long."""
        kind = self._backend.get_resource_type_by_endpoint(request.path)
        text = request.args.get("filter")
        if request.method != "GET" or kind is None or not text or not _ENTRAS.issuperset(request.args):
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
        """Apply a PATCH."""
        operations = [(str(one.op.value), str(one.path or ""), one.value) for one in patch_operation.operations or []]
        try:
            document = patched(resource.model_dump(), operations, type(resource))
        except FilterError:
            raise InvalidFilterException from None
        vars(resource).update(vars(type(resource).model_validate(document)))

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
    named = ((key, alias_of(model, key), one) for key, one in value.items())
    return {key: _pruned(one, model.get_field_root_type(alias)) for key, alias, one in named if alias}


def _messages(models: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the message models, to be held: the library makes them when it needs them, and forgets them each time."""
    listed, patched = cast("tuple[Any, Any]", (ListResponse, PatchOp))
    return (listed[Union[models]], *(patched[one] for one in models))  # noqa: UP007 - the key that the library looks for
