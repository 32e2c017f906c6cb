"""The control API: what only a sandbox has. Worlds, their clock and settings, the request log, faults, a cycle now."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control import breakages
from sandbox.control.breakages import NothingToBreakError
from sandbox.core.http.faults import FaultError, Faults, parse
from sandbox.core.http.journal import NO_WORLD, Journal
from sandbox.core.json_types import decoded, is_list, is_object
from sandbox.core.settings import LONGEST_S, SettingError, Settings
from sandbox.core.store import Document
from sandbox.core.world import World, WorldNameError, Worlds
from sandbox.entra import seed
from sandbox.provisioning import Provisioning

_DIGITS = 12  # of the longest number that is read


@dataclass(frozen=True)
class Control:
    """What the control API steers; `entra` and `greenlake` are the URLs of the two ports."""

    key: str
    worlds: Worlds
    journal: Journal
    faults: Faults
    provisioning: Provisioning
    entra: str
    greenlake: str


class _RefusedError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def routes(control: Control) -> list[Route]:
    """List the routes of the control API."""

    def route(method: str, path: str, handler: Callable[[Control, Request], Awaitable[Response]]) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                _authorize(control, request)
                return await handler(control, request)
            except _RefusedError as error:
                return JSONResponse({"error": str(error)}, error.status)
            except (SettingError, WorldNameError, FaultError) as error:
                return JSONResponse({"error": str(error)}, 400)
            except NothingToBreakError as error:
                return JSONResponse({"error": str(error)}, 409)

        return Route(f"/sandbox{path}", endpoint, methods=[method])

    return [
        route("GET", "/status", _status),
        route("PUT", "/worlds/{name}", _put_world),
        route("GET", "/worlds/{name}", _get_world),
        route("PATCH", "/worlds/{name}", _patch_world),
        route("DELETE", "/worlds/{name}", _delete_world),
        route("POST", "/worlds/{name}/reset", _reset_world),
        route("POST", "/worlds/{name}/save", _save_world),
        route("POST", "/worlds/{name}/restore", _restore_world),
        route("POST", "/worlds/{name}/clock", _advance_clock),
        route("GET", "/worlds/{name}/requests", _requests),
        route("DELETE", "/worlds/{name}/requests", _clear_requests),
        route("GET", "/worlds/{name}/faults", _get_faults),
        route("PUT", "/worlds/{name}/faults", _put_faults),
        route("POST", "/worlds/{name}/jobs/{job_id}/cycle", _cycle),
        route("GET", "/breakages", _breakages),
        route("POST", "/worlds/{name}/break/{breakage}", _break),
    ]


def _authorize(control: Control, request: Request) -> None:
    sent = request.headers.get("authorization", "").removeprefix("Bearer ")
    if request.url.path != "/sandbox/status" and not hmac.compare_digest(sent.encode(), control.key.encode()):
        raise _RefusedError(401, "the control API wants `Authorization: Bearer` with what is in the file control-key")


async def _json(request: Request) -> Any:
    body = await request.body()
    try:
        return decoded(body) if body else {}
    except ValueError:
        raise _RefusedError(400, "the body is not JSON") from None


async def _object(request: Request) -> dict[str, Any]:
    body = await _json(request)
    if not is_object(body):
        raise _RefusedError(400, "the body is not a JSON object")
    return body


def _world(control: Control, request: Request) -> World:
    name: str = request.path_params["name"]
    world = control.worlds.named(name)
    if world is None:
        raise _RefusedError(404, f"there is no world {name!r}: PUT /sandbox/worlds/{name} makes it")
    return world


def _log_name(control: Control, request: Request) -> str:
    """Return the name under which the log and the faults of a world, or of no world, are kept."""
    name: str = request.path_params["name"]
    return name if name == NO_WORLD else _world(control, request).name


async def _status(control: Control, request: Request) -> Response:  # noqa: ARG001
    return JSONResponse({"ready": True, "worlds": [world.name for world in control.worlds]})


async def _put_world(control: Control, request: Request) -> Response:
    settings = await _object(request)
    Settings.from_dict(settings)
    world = control.worlds.named(request.path_params["name"])
    status = 200 if world else 201
    if world is None:
        world = control.worlds.create(request.path_params["name"])
        seed.fill(world)
    world.change(settings)
    return JSONResponse(_credentials(control, world), status)


def _credentials(control: Control, world: World) -> dict[str, Any]:
    return {
        "name": world.name,
        "tenant_id": world.tenant_id,
        "tenant_domain": world.domain,
        "client_id": world.client_id,
        "client_secret": world.client_secret,
        "admin_client_id": world.admin_client_id,
        "admin_client_secret": world.admin_client_secret,
        "workspace_id": world.workspace_id,
        "iam_client_id": world.iam_client_id,
        "iam_client_secret": world.iam_client_secret,
        "entra": control.entra,
        "greenlake": control.greenlake,
        "settings": world.settings.to_dict(),
    }


async def _get_world(control: Control, request: Request) -> Response:
    world = _world(control, request)
    return JSONResponse(
        {
            "settings": world.settings.to_dict(),
            "clock_offset_s": world.clock_offset_s,
            "tokens": [_token(fingerprint, token, world.now()) for fingerprint, token in world.items("proxyToken")],
            "jobs": world.all("job"),
            "directory": {"users": world.count("user"), "groups": world.count("group")},
            "provisioned": {"users": world.count("scimUser"), "groups": world.count("scimGroup")},
        }
    )


def _token(fingerprint: str, token: Document, now: datetime) -> dict[str, Any]:
    ends = [datetime.fromisoformat(token[name]) for name in ("expires_at", "ends_at") if token.get(name)]
    return {
        "fingerprint": fingerprint,
        "issued_at": token["issued_at"],
        "expires_at": token["expires_at"],
        "used": token.get("used_at") is not None,
        "used_at": token.get("used_at"),
        "ended_at": token.get("ends_at"),
        "live": all(now < end for end in ends),
        "generation": token["generation"],
    }


async def _patch_world(control: Control, request: Request) -> Response:
    world = _world(control, request)
    world.change(await _object(request))
    return JSONResponse(_credentials(control, world))


async def _delete_world(control: Control, request: Request) -> Response:
    world = _world(control, request)
    control.worlds.remove(world)
    control.journal.clear(world.name)
    control.faults.replace(world.name, [])
    return Response(status_code=204)


async def _reset_world(control: Control, request: Request) -> Response:
    world = control.worlds.reset(_world(control, request))
    seed.fill(world)
    control.faults.replace(world.name, [])
    return JSONResponse(_credentials(control, world))


async def _save_world(control: Control, request: Request) -> Response:
    control.worlds.save(_world(control, request))
    return Response(status_code=204)


async def _restore_world(control: Control, request: Request) -> Response:
    await control.provisioning.rest(_world(control, request))
    world = control.worlds.restore(_world(control, request))
    if world is None:
        raise _RefusedError(409, f"nothing was saved: POST /sandbox/worlds/{request.path_params['name']}/save first")
    control.faults.replace(world.name, [])
    return JSONResponse(_credentials(control, world))


async def _advance_clock(control: Control, request: Request) -> Response:
    world = _world(control, request)
    advance = (await _object(request)).get("advance_s")
    if type(advance) is not int or not abs(world.clock_offset_s + advance) <= LONGEST_S:
        raise _RefusedError(400, "advance_s must be a whole number of seconds, of 30 years at most")
    world.advance(advance)
    return JSONResponse({"clock_offset_s": world.clock_offset_s, "now": world.now().isoformat()})


async def _requests(control: Control, request: Request) -> Response:
    since = request.query_params.get("since", "0")
    if not (since.isascii() and since.isdigit() and len(since) <= _DIGITS):
        raise _RefusedError(400, "since must be a number that `last` of an earlier answer gave")
    entries = control.journal.since(_log_name(control, request), int(since))
    return JSONResponse({"requests": entries, "last": control.journal.last})


async def _clear_requests(control: Control, request: Request) -> Response:
    control.journal.clear(_log_name(control, request))
    return Response(status_code=204)


async def _get_faults(control: Control, request: Request) -> Response:
    return JSONResponse(control.faults.remaining(_log_name(control, request)))


async def _put_faults(control: Control, request: Request) -> Response:
    listed = await _json(request)
    if not is_list(listed):
        raise _RefusedError(400, "faults are a JSON list")
    name = _log_name(control, request)
    control.faults.replace(name, [parse(value) for value in listed])
    return JSONResponse(control.faults.remaining(name))


async def _cycle(control: Control, request: Request) -> Response:
    world = _world(control, request)
    job_id: str = request.path_params["job_id"]
    if world.get("job", job_id) is None:
        raise _RefusedError(404, f"world {world.name} has no job {job_id!r}")
    return JSONResponse({"execution": await control.provisioning.run_cycle(world, job_id)})


async def _breakages(control: Control, request: Request) -> Response:  # noqa: ARG001
    return JSONResponse({name: one.sentence for name, one in breakages.TABLE.items()})


async def _break(control: Control, request: Request) -> Response:
    world = _world(control, request)
    name: str = request.path_params["breakage"]
    if name not in breakages.TABLE:
        raise _RefusedError(404, f"there is no breakage {name!r}: one of {', '.join(breakages.TABLE)}")
    return JSONResponse({"happened": breakages.happen(name, world, control.faults)})
