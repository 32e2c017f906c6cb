"""The look at the Stacks of a namespace, against a stand-in for the API server."""
