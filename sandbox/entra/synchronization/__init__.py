"""Graph's synchronization API: templates, jobs, their schema, their secrets, and the provisioning logs."""

from starlette.routing import Route

from sandbox.entra.synchronization import credentials, expressions, jobs, logs, on_demand, schema, secrets, templates


def routes() -> list[Route]:
    """List every route of synchronization."""
    return [
        *templates.routes(),
        *credentials.routes(),
        *on_demand.routes(),
        *expressions.routes(),
        *schema.routes(),
        *jobs.routes(),
        *secrets.routes(),
        *logs.routes(),
    ]
