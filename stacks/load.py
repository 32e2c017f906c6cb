"""Reads the stack's configuration: the one place that knows how Pulumi hands it over."""

import os

import pulumi
from pulumi.runtime import config as runtime_config

from providers.entra.sign_in import credentials
from providers.entra.sign_in.tenant import contradiction
from providers.errors import ProvisioningError
from stacks.config import TENANT_KEY, StackConfig, what_to_write
from stacks.problems import checked, look_alikes, read_value
from stacks.sections import with_address

_AZUREAD = "azuread:"


def deployed_commit() -> str | None:
    """The commit that CI runs, None outside of it; then the export removes the record of an earlier run."""
    return os.environ.get("DEPLOYED_COMMIT")


def load() -> StackConfig:
    """The checked configuration of this stack. Raises `pulumi.RunError` with one line a problem."""
    stack, project = pulumi.get_stack(), f"{pulumi.get_project()}:"
    # The engine hands UTF-8 over in the environment, which Python has read in the encoding of the locale.
    values = {key: os.fsencode(text).decode() for key, text in runtime_config.CONFIG.get().items()}
    ours = {key.removeprefix(project): key for key in values if key.startswith(project) or key == TENANT_KEY}
    document = {name: read_value(values[key]) for name, key in ours.items()}
    secret = {name for name, key in ours.items() if runtime_config.is_config_secret(key)}
    try:
        document = with_address(document, os.environ)
    except ProvisioningError as error:
        raise pulumi.RunError(str(error)) from None
    found, config = checked(stack, document, secret, what_to_write(stack, "", os.environ))
    misspelt = list(look_alikes(values))
    found += misspelt
    found += [
        f"{key}: set it in the environment (ARM_...) instead, from which all parts of the program read it"
        for key in sorted(values)
        if key.startswith(_AZUREAD) and key != TENANT_KEY and not any(line.startswith(key) for line in misspelt)
    ]
    everything = [*(f"stacks/Pulumi.{stack}.yaml: {problem}" for problem in found), *credentials.problems(os.environ)]
    if config is None or everything:
        raise pulumi.RunError("\n".join(everything))
    other = contradiction(config.tenant_id, os.environ)
    if other:  # azuread does not compare; the tenant of a token is compared when groups and users are looked up
        raise pulumi.RunError(other)
    return config
