"""The plugin process: the engine starts `pulumi-resource-azuread ENGINE_ADDRESS`, which runs this."""

from azuread_stand_in.servicer import serve

if __name__ == "__main__":
    serve()
