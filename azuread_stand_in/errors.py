"""What can go wrong, as the engine will print it.

StandInError           one line with what is wrong
  GraphError           an answer of Microsoft Graph that is not a success
  Unfinished           the resource exists, yet something after its creation, or its update, failed
"""

from google.protobuf.struct_pb2 import Struct


class StandInError(Exception):
    """One line for the engine to print."""


class GraphError(StandInError):
    """An answer that is not a success: its HTTP status and the code and message of Graph's error body."""

    def __init__(self, status: int, phrase: str, code: str, message: str) -> None:
        super().__init__(f"unexpected status {status} ({status} {phrase}) with error: {code}: {message}")
        self.status = status
        self.message = message


class Unfinished(StandInError):  # noqa: N818  it names a state of the resource, as the engine does
    """A resource that has to stay in state although the operation failed.

    The engine stores `state` with the reason, and calls update on the next run whether or not an input changed.
    """

    def __init__(self, resource_id: str, state: Struct, reason: str) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.state = state
