"""Who is provisioned."""

from pydantic import model_validator

from stacks.fields import Groups, Users
from stacks.section import Section


class Access(Section):
    """The groups and users assigned to the application: they, and the direct members of the groups, are provisioned."""

    groups: Groups = ()
    """Security groups by display name or object id. Entra provisions direct members only, not nested groups."""

    users: Users = ()
    """Single users by user principal name or object id."""

    @model_validator(mode="after")
    def _is_not_empty(self) -> "Access":
        if not self.groups and not self.users:
            raise ValueError("names no group and no user, so nobody would be provisioned: set groups, users or both")
        return self
