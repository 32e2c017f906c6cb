"""The enterprise application that provisions: made here, one that nobody provisions with yet, or one taken over."""

from collections.abc import Sequence

import pulumi
import pulumi_azuread as azuread

from components.azuread_errors import explaining_errors
from components.imports import Imports, find_imports
from components.lookup import Kind, id_or_name
from components.principals import Principal
from components.roles import user_role
from providers.entra.unclaimed_application import UnclaimedApplication
from stacks.app import App
from stacks.config import StackConfig

# The gallery's template for applications that are not in the gallery: only one made from it can provision over SCIM.
_TEMPLATE_ID = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
_THEIRS = Kind("app.name", "enterprise application", "Application.Read.All", "correct it, or set app.mode: create")
_OURS = Kind("app.name", "enterprise application", "Application.Read.All", "`pulumi up --refresh` makes it again")


class EnterpriseApp(pulumi.ComponentResource):
    """The application's service principal and the role that assigned groups and users get.

    `service_principal_id` is its object id. `application_object_id` is empty where the application is not ours.
    `imports` is what was on it before, `made` the application itself where it is ours.
    """

    tenant_id: str
    service_principal_id: pulumi.Output[str]
    application_object_id: pulumi.Output[str]
    user_role_id: pulumi.Output[str]
    imports: Imports
    made: azuread.ApplicationFromTemplate | None

    def __init__(
        self,
        resource_name: str,
        config: StackConfig,
        principals: Sequence[Principal],
        *,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Look an existing application up, or declare a new one.

        An existing application that has anything of what this stack is going to set on it stops the run
        (`UnclaimedApplication`), but for what was adopted.
        """
        app = config.app
        existing = None if app.is_ours else _find(app.name)
        super().__init__("greenlake-scim:entra:EnterpriseApp", resource_name, None, opts)
        self.tenant_id = config.tenant_id
        self.imports, self.made = Imports(), None
        if existing is None:
            self._create(resource_name, app)
        else:
            self.application_object_id = pulumi.Output.from_input("")
            role_id = user_role(app.name, existing.app_roles)
            self.user_role_id = pulumi.Output.from_input(role_id)
            if config.adopted is None:
                self._claim(config, existing, [principal.object_id for principal in principals])
            else:
                self.imports = find_imports(config.tenant_id, existing.object_id, config.adopted, role_id)
                self.service_principal_id = pulumi.Output.from_input(existing.object_id)
        self.register_outputs(
            {
                "service_principal_id": self.service_principal_id,
                "application_object_id": self.application_object_id,
                "user_role_id": self.user_role_id,
            }
        )

    def _create(self, resource_name: str, app: App) -> None:
        self.made = made = azuread.ApplicationFromTemplate(
            "application",
            display_name=app.name,
            template_id=_TEMPLATE_ID,
            opts=pulumi.ResourceOptions(parent=self, hooks=explaining_errors(resource_name)),
        )
        self.service_principal_id = made.service_principal_object_id
        self.application_object_id = made.application_object_id
        # Not get_service_principal_output: its error would reach the reader as a traceback.
        self.user_role_id = made.service_principal_object_id.apply(lambda object_id: _role_of_ours(app.name, object_id))

    def _claim(
        self, config: StackConfig, existing: azuread.AwaitableGetServicePrincipalResult, principal_ids: Sequence[str]
    ) -> None:
        unclaimed = UnclaimedApplication(
            "unclaimed",
            tenant_id=config.tenant_id,
            service_principal_id=existing.object_id,
            application_name=existing.display_name,
            principals=principal_ids,
            credential_keys=["BaseAddress", "SecretToken", *config.provisioning.chosen_settings],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.service_principal_id = unclaimed.service_principal_id


def _find(name: str) -> azuread.AwaitableGetServicePrincipalResult:
    object_id, display_name = id_or_name(name)
    return _THEIRS.find(name, lambda: azuread.get_service_principal(object_id=object_id, display_name=display_name))


def _role_of_ours(name: str, object_id: str) -> str:
    return user_role(name, _OURS.find(name, lambda: azuread.get_service_principal(object_id=object_id)).app_roles)
