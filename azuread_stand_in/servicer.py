"""The plugin as a gRPC server: its start and end, and failures in the form that the engine expects.

An operation may have failed while its resource stays in state (`ErrorResourceInitFailed`). The real plugin reports that
after a failed update, and what the next run sends depends on it.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from operator import methodcaller
from typing import Any

import grpc
import grpc.aio
from google.protobuf.empty_pb2 import Empty

from azuread_stand_in.errors import StandInError, Unfinished
from azuread_stand_in.protocol import messages, plugin, status
from azuread_stand_in.provider import StandIn

VERSION = "6.11.1"
_LARGEST_MESSAGE = 400 * 1024 * 1024
_ORPHAN_CHECK_S = 1.0
_ORPHAN_GRACE_S = 60.0


def _handlers(stand_in: StandIn) -> grpc.GenericRpcHandler:
    """Return the verbs that the engine may call; gRPC itself answers that there are no others, which it accepts."""
    verbs: dict[str, tuple[Callable[[Any], Awaitable[Any]], type[Any]]] = {
        "GetPluginInfo": (_plugin_info, Empty),
        "Configure": (stand_in.configure, messages.ConfigureRequest),
        "Check": (stand_in.check, messages.CheckRequest),
        "Diff": (stand_in.diff, messages.DiffRequest),
        "Create": (stand_in.create, messages.CreateRequest),
        "Read": (stand_in.read, messages.ReadRequest),
        "Update": (stand_in.update, messages.UpdateRequest),
        "Delete": (stand_in.delete, messages.DeleteRequest),
        "Invoke": (stand_in.invoke, messages.InvokeRequest),
    }
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            _answering(verb), request.FromString, methodcaller("SerializeToString")
        )
        for name, (verb, request) in verbs.items()
    }
    return grpc.method_handlers_generic_handler("pulumirpc.ResourceProvider", handlers)


async def _plugin_info(_: Empty) -> plugin.PluginInfo:
    return plugin.PluginInfo(version=VERSION)


def _answering(verb: Callable[[Any], Awaitable[Any]]) -> Callable[[Any, Any], Awaitable[Any]]:
    """Turn the exceptions of a verb into what the engine expects."""

    async def answer(request: Any, context: Any) -> Any:
        try:
            return await verb(request)
        except Unfinished as error:
            await context.abort(grpc.StatusCode.UNKNOWN, str(error), _still_in_state(error))
        except StandInError as error:
            await context.abort(grpc.StatusCode.UNKNOWN, str(error))

    return answer


def _still_in_state(error: Unfinished) -> tuple[tuple[str, bytes], ...]:
    reported = status.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    reported.details.add().Pack(
        messages.ErrorResourceInitFailed(id=error.resource_id, properties=error.state, reasons=[str(error)])
    )
    return (("grpc-status-details-bin", reported.SerializeToString()),)


def serve() -> None:
    """Serve until the engine ends: print the port for it on standard output, and outlive it by at most a minute."""
    asyncio.run(_serve())


async def _serve() -> None:
    engine = os.getppid()
    size = [("grpc.max_receive_message_length", _LARGEST_MESSAGE), ("grpc.max_send_message_length", _LARGEST_MESSAGE)]
    server = grpc.aio.server(options=size)
    server.add_generic_rpc_handlers([_handlers(StandIn())])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    # The engine ends its plugins with an interrupt and waits for them: there is nothing to tidy up here.
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, os._exit, 0)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == engine:  # noqa: ASYNC110  no signal reports that a parent has died
        await asyncio.sleep(_ORPHAN_CHECK_S)
    await server.stop(_ORPHAN_GRACE_S)
