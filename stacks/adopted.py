"""What an application had before this stack took it over; `scimctl adopt` writes it."""

from stacks.fields import Text
from stacks.section import Section


class Adopted(Section):
    """What was set up by hand on the application: `up` imports its job, and the assignments of whom `access` names.

    `scimctl adopt` writes this section.
    """

    job: Text
    """The id of the synchronization job."""

    template: Text = "scim"
    """The template that the job was made from: `scim`, or `customappsso` for an older one."""
