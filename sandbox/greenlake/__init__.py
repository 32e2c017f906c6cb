"""GreenLake on loopback: API client log-in, SCIM proxy tokens, and the SCIM service behind them."""

from starlette.routing import Route

from sandbox.greenlake import iam
from sandbox.greenlake.scim import endpoint
from sandbox.greenlake.tokens import proxy_tokens


def routes() -> list[Route]:
    """List every route of the GreenLake port."""
    return [*endpoint.routes(), *iam.routes(), *proxy_tokens.routes()]
