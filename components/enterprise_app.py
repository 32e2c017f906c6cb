"""The enterprise application that provisions: made here, one that nobody provisions with yet, or one taken over."""

import asyncio

import pulumi
from pulumi_azuread.application_from_template import ApplicationFromTemplate

from components.creation_hooks import warn_of_namesakes, warning_of_namesakes
from components.deployed import Deployed
from components.error_hooks import explaining_errors
from components.imports import Imports, find_imports
from components.principals import Principals
from providers import run_log
from providers.entra.application.app_roles import NoUserRoleError, user_role
from providers.entra.application.claims import read_claims
from providers.entra.application.deleted_application import RESTORE, remedy
from providers.entra.application.lost_application import LostApplication, exported_application, lost_application
from providers.entra.application.same_target import TEMPLATE_ID
from providers.entra.graph.directory import Directory
from providers.entra.graph.fields import Json
from providers.entra.graph.provisioning import Graph
from providers.entra.unclaimed_application import UnclaimedApplication
from providers.errors import NotFoundError, ProvisioningError
from providers.http.deadline import Deadline
from providers.output import spelled
from providers.timestamps import from_text
from stacks.config import StackConfig
from stacks.named import not_one


class EnterpriseApp(pulumi.ComponentResource):
    """The application's service principal and the role that assigned groups and users get.

    `service_principal_id` is its object id. `application_object_id` is empty if the application is not ours.
    `imports` is what it has and state has not, `made` the application itself if it is ours, `deployed` the past.
    """

    tenant_id: str
    service_principal_id: pulumi.Output[str]
    application_object_id: pulumi.Output[str]
    user_role_id: pulumi.Output[str]
    deployed: Deployed
    imports: Imports
    made: ApplicationFromTemplate | None

    def __init__(
        self,
        resource_name: str,
        config: StackConfig,
        people: Principals,
        *,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Look an existing application up, or declare a new one; one that others have set up stops the run."""
        app = config.app
        existing = None if app.is_ours else _find(config, people.deployed.service_principal_id)
        super().__init__("greenlake-scim:entra:EnterpriseApp", resource_name, None, opts)
        self.tenant_id = config.tenant_id
        self.deployed = people.deployed
        self.made = None
        role_id, place = "", people.deployed.service_principal_id
        if existing is None:
            left = _left(config, people.deployed)
            self._create(resource_name, config, left, just_made=not (place or left))
            place = left.service_principal_id if left else place
        else:
            self.application_object_id = pulumi.Output.from_input("")
            role_id = role_of(app.name, existing, people.deployed.role)
            self.user_role_id = pulumi.Output.from_input(role_id)
            if config.adopted is None:
                place = place if place == existing["id"] else ""
                self._claim(config, existing, people.object_ids, is_ours=bool(place))
            else:
                place = str(existing["id"])
                self.service_principal_id = pulumi.Output.from_input(place)
        # An application that is new to this stack has nothing of ours.
        self.imports = find_imports(config, place, role_id, people) if place else Imports()
        self.register_outputs(
            {
                "service_principal_id": self.service_principal_id,
                "application_object_id": self.application_object_id,
                "user_role_id": self.user_role_id,
            }
        )

    def _create(
        self, resource_name: str, config: StackConfig, left: LostApplication | None, *, just_made: bool
    ) -> None:
        app = config.app
        hooks = warning_of_namesakes(explaining_errors(resource_name), config, self.deployed)
        self.made = made = ApplicationFromTemplate(
            "application",
            display_name=app.name,
            template_id=TEMPLATE_ID,
            opts=self.deployed.taking_over(left.path if left else "", parent=self, hooks=hooks),
        )
        self.service_principal_id = made.service_principal_object_id
        self.application_object_id = made.application_object_id
        both = pulumi.Output.all(made.application_object_id, made.service_principal_object_id)
        self.user_role_id = both.apply(
            lambda ids: asyncio.to_thread(_role_of_ours, config, self.deployed, *ids, just_made=just_made)
        )

    def _claim(
        self,
        config: StackConfig,
        existing: Json,
        principal_ids: list[str],
        *,
        is_ours: bool,
    ) -> None:
        keys = ["BaseAddress", "SecretToken", *config.provisioning.chosen_settings]
        if pulumi.runtime.is_dry_run() and not is_ours:  # a preview does not call `create`, which looks in an `up`
            _stop_at_claims(config.tenant_id, existing, keys, principal_ids)
        unclaimed = UnclaimedApplication(
            "unclaimed",
            tenant_id=config.tenant_id,
            service_principal_id=str(existing["id"]),
            application_name=str(existing["displayName"]),
            principals=principal_ids,
            credential_keys=keys,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.service_principal_id = unclaimed.service_principal_id


def _stop_at_claims(tenant_id: str, existing: Json, keys: list[str], principal_ids: list[str]) -> None:
    """End a preview as an `up` would end; who may not read that is warned that it was not looked at."""
    name = str(existing["displayName"])
    try:
        found = read_claims(Graph(tenant_id, str(existing["id"]), Deadline()), name, keys, principal_ids)
    except ProvisioningError as error:
        run_log.warn(f"{name}: not known whether anybody has set it up: {error}")
        return
    if found:
        lines = "; ".join(each.line for each in found)
        raise pulumi.RunError(spelled(f"{name}: `pulumi up` would stop: {lines}"))


def _left(config: StackConfig, deployed: Deployed) -> LostApplication | None:
    """Return the application that this stack made if it is not in state."""
    if deployed.service_principal_id:
        return None
    directory, left = Directory(config.tenant_id, Deadline()), None
    try:
        if deployed.application_object_id:
            left = exported_application(directory, TEMPLATE_ID, deployed.application_object_id)
        if deployed.failed_run and not left:
            left = lost_application(directory, config.app.name, TEMPLATE_ID, from_text(deployed.failed_run), ())
    except ProvisioningError as error:
        raise pulumi.RunError(f"app: {error}") from None
    if not left:
        warn_of_namesakes(config)
    return left


def _find(config: StackConfig, deployed: str) -> Json:
    directory = Directory(config.tenant_id, Deadline())
    try:
        found = directory.service_principals(config.app.name)
        remedy_ = "" if found else _of_no_such_name(config, directory, deployed)
    except ProvisioningError as error:
        raise pulumi.RunError(f"app.name: {error}") from None
    wrong = not_one("enterprise application", config.app.name, found, remedy_)
    if wrong:
        raise pulumi.RunError(spelled(f"app.name: {wrong}"))
    return found[0]


def _of_no_such_name(config: StackConfig, directory: Directory, deployed: str) -> str:
    """Return what to do about a name that no application has; `deployed` is the stack's service principal, or ""."""
    if not deployed:
        undo = "let go of the adoption with `scimctl adopt --undo`" if config.adopted else "set app.mode: create"
        return f"correct it, or {undo}"
    for each in directory.service_principals(deployed):
        return f'the one of this stack is named "{each["displayName"]}" now: correct app.name'
    return RESTORE


def _role_of_ours(config: StackConfig, deployed: Deployed, application: str, principal: str, *, just_made: bool) -> str:
    graph = Graph(config.tenant_id, principal, Deadline(), just_made=just_made)
    try:
        try:
            return role_of(config.app.name, graph.service_principal(), deployed.role)
        except NotFoundError:
            todo = remedy(Directory(config.tenant_id, graph.deadline), application, principal)
    except ProvisioningError as error:
        raise pulumi.RunError(f"app.name: {error}") from None
    raise pulumi.RunError(spelled(f"app.name: {not_one('enterprise application', config.app.name, [], todo)}"))


def role_of(application: str, service_principal: Json, given: str = "") -> str:
    """Return the id of the role to give, which stays what it was. Raises `pulumi.RunError` if none fits."""
    try:
        return user_role(service_principal, given)
    except NoUserRoleError as others:
        raise pulumi.RunError(
            f'app.name: the application "{application}" has no role named User to give to groups and users (it has '
            f"{others}): add one under App roles of its registration"
        ) from None
