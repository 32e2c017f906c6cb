"""What the engine's plugin process loads: the three dynamic resources and the clients beneath them.

Module paths of the resource classes are part of the state format (a provider is pickled by reference), so
`providers.greenlake.scim_proxy_token`, `providers.entra.synchronization_schema`, `providers.entra.provisioning_status`
and `providers.entra.unclaimed_application` never move. Provider classes carry no instance state.
"""
