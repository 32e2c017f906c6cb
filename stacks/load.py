"""Reads the stack's configuration: the one place that knows how Pulumi hands it over."""

import os

import pulumi
from pulumi.runtime import config as runtime_config

from providers.entra import credentials
from stacks.config import StackConfig
from stacks.look_alikes import look_alikes
from stacks.problems import checked
from stacks.values import read_value

_AZUREAD = "azuread:"


def load() -> StackConfig:
    """The checked configuration of this stack.

    Raises `pulumi.RunError` with one line a problem, all of them at once, before anything is registered or sent.
    """
    stack, project = pulumi.get_stack(), f"{pulumi.get_project()}:"
    values = runtime_config.CONFIG.get()
    document = {key.removeprefix(project): read_value(text) for key, text in values.items() if key.startswith(project)}
    secret = {key for key in document if runtime_config.is_config_secret(project + key)}
    found, config = checked(stack, document, secret)
    found += look_alikes(values)
    found += [
        f"{key}: set it in the environment (ARM_...) instead, where all parts of the program read it"
        for key in sorted(values)
        if key.startswith(_AZUREAD)
    ]
    in_file = [f"stacks/Pulumi.{stack}.yaml: {problem}" for problem in found]
    everything = in_file + credentials.problems(os.environ)
    if config is None or everything:
        raise pulumi.RunError("\n".join(everything))
    return config
