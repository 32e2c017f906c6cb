"""The gRPC side: the SDK's servicer, plus the errors it cannot express.

The SDK turns an exception into "Unexpected <class ...>", and has no way to report that an operation failed while the
resource stays in state (`ErrorResourceInitFailed`). The real plugin does so after a failed update, and what the next
run sends depends on it.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import grpc
import grpc.aio
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import Provider
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime import proto
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

from azuread_stand_in.errors import StandInError, Unfinished

VERSION = "6.11.1"
_LARGEST_MESSAGE = 400 * 1024 * 1024
_ORPHAN_CHECK_S = 1.0
_ORPHAN_GRACE_S = 60.0


class Failures(grpc.aio.ServerInterceptor):
    """Turns the exceptions of every verb into what the engine expects."""

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], handler_call_details: Any) -> Any:
        """Wrap the handler of one call."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler

        async def answer(request: Any, context: Any) -> Any:
            try:
                return await handler.unary_unary(request, context)
            except Unfinished as error:
                await context.abort(grpc.StatusCode.UNKNOWN, str(error), _still_in_state(error))
            except StandInError as error:
                await context.abort(grpc.StatusCode.UNKNOWN, str(error))
            except NotImplementedError:
                await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"no {handler_call_details.method}")

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)


def _still_in_state(error: Unfinished) -> tuple[tuple[str, bytes], ...]:
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(
        proto.ErrorResourceInitFailed(
            id=error.resource_id, properties=PropertyValue.marshal_map(error.state), reasons=[str(error)]
        )
    )
    return (("grpc-status-details-bin", status.SerializeToString()),)


def serve(arguments: Sequence[str], provider: Provider) -> None:
    """Serve until the engine ends: print the port for it on standard output, and outlive it by at most a minute."""
    asyncio.run(_serve(arguments, provider))


async def _serve(arguments: Sequence[str], provider: Provider) -> None:
    engine = os.getppid()
    size = [("grpc.max_receive_message_length", _LARGEST_MESSAGE), ("grpc.max_send_message_length", _LARGEST_MESSAGE)]
    server = grpc.aio.server(interceptors=[Failures()], options=size)
    servicer = ProviderServicer(list(arguments), VERSION, provider, engine_address=arguments[0])
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    # The engine ends its plugins with an interrupt and waits for them: there is nothing to tidy up here.
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, os._exit, 0)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == engine:  # noqa: ASYNC110  no signal reports that a parent has died
        await asyncio.sleep(_ORPHAN_CHECK_S)
    await server.stop(_ORPHAN_GRACE_S)
