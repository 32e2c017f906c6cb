"""The parts of the connection that the azuread provider manages, one component a concern; no HTTP here."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec


@contextmanager
def _without_package(name: str) -> Generator[None]:
    """Import modules of a package without the package, whose __init__ loads them all: azuread's hundred take 0.2 s.

    An import of the package later still loads it all.
    """
    spec = None if name in sys.modules else find_spec(name)
    if spec:
        sys.modules[name] = module_from_spec(spec)  # it has a path, and its __init__ has not run
    yield
    if spec:
        del sys.modules[name]


with _without_package("pulumi_azuread"):
    from components.deployed import read_deployed
    from components.enterprise_app import EnterpriseApp
    from components.group_assignments import GroupAssignments
    from components.principals import find_principals
    from components.provisioning_connection import ProvisioningConnection

gc.freeze()  # what was imported is needed until the end: a collection that looks at it, such as the last, takes 0.1 s

__all__ = [
    "EnterpriseApp",
    "GroupAssignments",
    "ProvisioningConnection",
    "find_principals",
    "read_deployed",
]
