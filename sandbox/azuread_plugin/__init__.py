"""An offline stand-in for the Pulumi plugin `azuread`, for machines that can neither have nor download the real one.

It knows the resources and look-ups this project uses (`table.py`), makes the same requests to Microsoft Graph as the
real plugin, keeps the same ids and outputs in state, and waits for nothing but reads that lag behind its writes, unless
it is asked to wait as the real one does (`waiting.py`). It signs in to the sandbox only.
"""
