"""Who is provisioned: the groups and users assigned to the application."""

import pulumi
from pulumi_azuread.app_role_assignment import AppRoleAssignment

from components.enterprise_app import EnterpriseApp
from components.error_hooks import explaining_errors
from components.principals import Principals
from providers.resource_types import ASSIGNMENTS


class GroupAssignments(pulumi.ComponentResource):
    """One app role assignment for each group and user; `principals` are the object ids of all who are assigned then.

    Assignments are never protected, so that a group leaves by an edit of the stack file. ProvisioningStatus depends on
    each of them, so a destroy that may not delete that deletes none of them.
    """

    principals: pulumi.Output[list[str]]

    def __init__(
        self,
        resource_name: str,
        people: Principals,
        app: EnterpriseApp,
        *,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Assign the groups and users to the application, all with the role `User`."""
        super().__init__(ASSIGNMENTS, resource_name, None, opts)
        hooks = explaining_errors(resource_name)
        assignments = [
            AppRoleAssignment(
                principal.resource_name,
                app_role_id=app.user_role_id,
                principal_object_id=principal.object_id,
                resource_object_id=app.service_principal_id,
                # The alias comes from state, which knows whom it means: the names in the stack file may be those of
                # others by now.
                opts=people.deployed.taking_over(
                    app.imports.assignments.get(principal.object_id, ""),
                    parent=self,
                    protect=False,
                    hooks=hooks,
                    aliases=[pulumi.Alias(name=principal.deployed_as)] if principal.is_named_otherwise else None,
                ),
            )
            for principal in people.found
        ]
        assigned = [assignment.principal_object_id for assignment in assignments]
        self.principals = pulumi.Output.all(*assigned, *people.kept)
        self.register_outputs({"principals": people.labels})
