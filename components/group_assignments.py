"""Who is provisioned: the groups and users assigned to the application."""

from collections.abc import Sequence

import pulumi
import pulumi_azuread as azuread

from components.azuread_errors import explaining_errors
from components.enterprise_app import EnterpriseApp
from components.principals import Principal


class GroupAssignments(pulumi.ComponentResource):
    """One app role assignment for each group and user; `principals` are their object ids once all are assigned."""

    principals: pulumi.Output[list[str]]

    def __init__(
        self,
        resource_name: str,
        principals: Sequence[Principal],
        app: EnterpriseApp,
        *,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Assign the principals to the application, all with the role `User`."""
        super().__init__("greenlake-scim:entra:GroupAssignments", resource_name, None, opts)
        hooks = explaining_errors(resource_name)
        assignments = [
            azuread.AppRoleAssignment(
                principal.label.replace("::", ":"),  # which parts a URN
                app_role_id=app.user_role_id,
                principal_object_id=principal.object_id,
                resource_object_id=app.service_principal_id,
                # A name replaced by its object id, or back, is the same assignment: Entra refuses a second one.
                opts=pulumi.ResourceOptions(
                    parent=self,
                    hooks=hooks,
                    aliases=[pulumi.Alias(name=label) for label in principal.other_labels],
                    import_=app.imports.assignment_path(principal.object_id) or None,
                ),
            )
            for principal in principals
        ]
        self.principals = pulumi.Output.all(*(assignment.principal_object_id for assignment in assignments))
        self.register_outputs({"principals": self.principals})
