"""GreenLake on loopback: API client log-in, SCIM proxy tokens, and the SCIM service behind them."""

from starlette.routing import Route

from sandbox.greenlake import iam, proxy_tokens, scim


def routes() -> list[Route]:
    """List every route of the GreenLake port."""
    return [*iam.routes(), *proxy_tokens.routes(), *scim.routes()]
