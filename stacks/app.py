"""Which enterprise application of Entra does the provisioning."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from stacks.section import Section


class App(Section):
    """The enterprise application that provisions."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)] = "HPE GreenLake SCIM"
    """Its display name. With `mode: existing` the object id of its service principal will do as well."""

    mode: Literal["create", "existing"] = "create"
    """`create`: this stack makes the application and owns it. `existing`: it exists, perhaps for single sign-on, has no
    provisioning yet or was taken over with `scimctl adopt`, and stays when the stack is destroyed."""

    @property
    def is_ours(self) -> bool:
        """True where this stack makes the application, so that nobody else has a say in it."""
        return self.mode == "create"

    @property
    def on_destroy(self) -> Literal["deleted", "kept"]:
        """What becomes of the application when the stack is destroyed."""
        return "deleted" if self.is_ours else "kept"
