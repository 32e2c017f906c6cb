"""The plugin process: the engine starts `pulumi-resource-azuread ENGINE_ADDRESS`, which runs this."""

import sys

from sandbox.azuread_plugin.provider import StandIn
from sandbox.azuread_plugin.servicer import serve

if __name__ == "__main__":
    serve(sys.argv[1:], StandIn())
