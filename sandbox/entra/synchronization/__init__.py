"""Graph's synchronization API: templates, jobs, their schema, their secrets, and the provisioning logs."""

from sandbox.entra.synchronization import connection_test, jobs, logs, on_demand, secrets, templates
from sandbox.entra.synchronization.schema import expressions, schema_calls

_MODULES = (templates, connection_test, on_demand, expressions, schema_calls, jobs, secrets, logs)
routes = [route for module in _MODULES for route in module.routes]
