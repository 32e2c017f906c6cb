"""The stack `sandbox` in its file backend: made if it is missing, and read without starting the engine."""

import json
import re
from typing import Any

from launcher.deployment.environment import STACK
from launcher.deployment.preparation import Prepared
from launcher.errors import MissingError, SandboxError
from launcher.locks import locked
from launcher.paths import PROJECT, STATE
from launcher.processes import answer, last_line
from scimctl.engine.backend import checkpoint_of, locks_of

STACK_FILE = PROJECT / "stacks" / f"Pulumi.{STACK}.yaml"
BACKEND = STATE / "pulumi"
CHECKPOINT = checkpoint_of(BACKEND, STACK)


def ensure(prepared: Prepared) -> None:
    """Create the stack if it is missing."""
    if CHECKPOINT.exists():
        return
    with locked(STATE / "stack.lock", to="create the stack"):
        if not CHECKPOINT.exists():
            BACKEND.mkdir(exist_ok=True)
            _pulumi(prepared, "stack", "init", STACK, "--secrets-provider", "passphrase")


def check_address(greenlake: str) -> None:
    """Stop if the stack file names another address than that of the running sandbox."""
    found = re.search(r"^\s*apiUrl:\s*(\S+)", STACK_FILE.read_text(), re.MULTILINE)
    if found and found[1].strip("'\"").rstrip("/") != greenlake:
        raise SandboxError(
            f"stacks/Pulumi.{STACK}.yaml has apiUrl: {found[1]}, but the sandbox's GreenLake is at {greenlake}: "
            "delete that line, and the stack follows the sandbox"
        )


def is_locked() -> bool:
    """Report whether a run holds the stack, or was killed while it did."""
    return bool(locks_of(BACKEND, STACK))


def is_empty() -> bool:
    """Report whether there is nothing to destroy."""
    latest = _latest()
    return not (latest.get("resources") or latest.get("pending_operations"))


def is_adopted() -> bool:
    """Report whether `scimctl adopt` wrote the stack file."""
    return re.search(r"^\s+(greenlake-scim:)?adopted:", STACK_FILE.read_text(), re.MULTILINE) is not None


def protection() -> str:
    """Report why the stack cannot be destroyed now, and what to run instead; "" if nothing in it is protected."""
    if not any(each.get("protect") for each in _latest().get("resources", [])):
        return ""
    unprotect = "run `./run pulumi state unprotect --all --yes`, then `./run down`"
    if is_adopted():
        return (
            f"the stack {STACK} took over provisioning that was set up by hand, so it is protected: "
            "`./run scimctl adopt --undo` lets go of it and leaves Entra and GreenLake as they are; to really take it "
            f"down, {unprotect}"
        )
    return f"the resources of the stack {STACK} are protected: to really take it down, {unprotect}"


def _latest() -> dict[str, Any]:
    if not CHECKPOINT.exists():
        return {}
    return json.loads(CHECKPOINT.read_text())["checkpoint"].get("latest") or {}


def outputs(prepared: Prepared) -> dict[str, str]:
    """Return the stack's outputs."""
    return json.loads(_pulumi(prepared, "stack", "output", "--json"))


def _pulumi(prepared: Prepared, *arguments: str) -> str:
    asked = answer([prepared.toolchain.pulumi, *arguments], prepared.environment)
    if asked.returncode:
        raise MissingError(f"`pulumi {' '.join(arguments[:2])}` failed: {last_line(asked.stderr)}")
    return asked.stdout
