"""Graph's error envelope."""

import time
from typing import Any
from uuid import uuid4


class GraphError(Exception):
    """A refused call: the HTTP status, Graph's code and its message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def envelope(self, client_request_id: str) -> dict[str, Any]:
        """Return the body of the answer."""
        return {
            "error": {
                "code": self.code,
                "message": str(self),
                "innerError": {
                    "date": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()),
                    "request-id": str(uuid4()),
                    "client-request-id": client_request_id,
                },
            }
        }


def not_found(identifier: str) -> GraphError:
    """Return the error for a directory object that is not there."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{identifier}' does not exist or one of its queried reference-property objects are not present.",
    )


def bad_request(message: str) -> GraphError:
    """Return the error for a request that the directory does not take."""
    return GraphError(400, "Request_BadRequest", message)
