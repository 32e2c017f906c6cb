"""Graph's synchronization API: templates, jobs, their schema, their secrets, and the provisioning logs."""

from starlette.routing import Route

from sandbox.entra.synchronization import connection_test, jobs, logs, on_demand, secrets, templates
from sandbox.entra.synchronization.schema import expressions, schema_calls


def routes() -> list[Route]:
    """List every route of synchronization."""
    return [
        *templates.routes(),
        *connection_test.routes(),
        *on_demand.routes(),
        *expressions.routes(),
        *schema_calls.routes(),
        *jobs.routes(),
        *secrets.routes(),
        *logs.routes(),
    ]
