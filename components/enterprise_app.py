"""The enterprise application that provisions: made here, or one that exists and nobody provisions with yet."""

from collections.abc import Sequence

import pulumi
import pulumi_azuread as azuread

from components.lookup import Kind, id_or_name
from components.permissions import naming_permissions
from components.principals import Principal
from components.roles import user_role
from providers.entra.unclaimed_application import UnclaimedApplication
from stacks.app import App

# The gallery's template for applications that are not in the gallery: only one made from it can provision over SCIM.
_TEMPLATE_ID = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
_THEIRS = Kind("app.name", "enterprise application", "Application.Read.All", "correct it, or set app.mode: create")
_OURS = Kind("app.name", "enterprise application", "Application.Read.All", "`pulumi up --refresh` makes it again")


class EnterpriseApp(pulumi.ComponentResource):
    """The application's service principal and the role that assigned groups and users get.

    `service_principal_id` is its object id. `application_object_id` is empty where the application is not ours.
    """

    service_principal_id: pulumi.Output[str]
    application_object_id: pulumi.Output[str]
    user_role_id: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        app: App,
        principals: Sequence[Principal],
        credential_keys: Sequence[str],
        *,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Look an existing application up, or declare a new one.

        `principals` and `credential_keys` are what this stack is going to set on it: an existing application that has
        any of them already stops the run (`UnclaimedApplication`).
        """
        existing = None if app.is_ours else _find(app.name)
        super().__init__("greenlake-scim:entra:EnterpriseApp", resource_name, None, opts)
        if existing is None:
            self._create(resource_name, app)
        else:
            self._take_over(app, existing, [principal.object_id for principal in principals], credential_keys)
        self.register_outputs(
            {
                "service_principal_id": self.service_principal_id,
                "application_object_id": self.application_object_id,
                "user_role_id": self.user_role_id,
            }
        )

    def _create(self, resource_name: str, app: App) -> None:
        made = azuread.ApplicationFromTemplate(
            "application",
            display_name=app.name,
            template_id=_TEMPLATE_ID,
            opts=pulumi.ResourceOptions(parent=self, hooks=naming_permissions(resource_name)),
        )
        self.service_principal_id = made.service_principal_object_id
        self.application_object_id = made.application_object_id
        # Not get_service_principal_output: its error would reach the reader as a traceback.
        self.user_role_id = made.service_principal_object_id.apply(lambda object_id: _role_of_ours(app.name, object_id))

    def _take_over(
        self,
        app: App,
        existing: azuread.AwaitableGetServicePrincipalResult,
        principal_ids: Sequence[str],
        credential_keys: Sequence[str],
    ) -> None:
        role_id = user_role(app.name, existing.app_roles)
        unclaimed = UnclaimedApplication(
            "unclaimed",
            service_principal_id=existing.object_id,
            application_name=existing.display_name,
            principals=principal_ids,
            credential_keys=credential_keys,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.service_principal_id = unclaimed.service_principal_id
        self.application_object_id = pulumi.Output.from_input("")
        self.user_role_id = pulumi.Output.from_input(role_id)


def _find(name: str) -> azuread.AwaitableGetServicePrincipalResult:
    object_id, display_name = id_or_name(name)
    return _THEIRS.find(name, lambda: azuread.get_service_principal(object_id=object_id, display_name=display_name))


def _role_of_ours(name: str, object_id: str) -> str:
    return user_role(name, _OURS.find(name, lambda: azuread.get_service_principal(object_id=object_id)).app_roles)
