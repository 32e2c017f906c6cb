"""One environment is one stack: its values in `Pulumi.<stack>.yaml`, their types and rules beside them.

To add an environment: copy the nearest `Pulumi.<stack>.yaml`, change what differs, run `pulumi stack init <stack>`.
What is the same everywhere is a default in the section's class; a stack file holds only what differs.
"""
