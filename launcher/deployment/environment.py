"""The environment variables that point Pulumi, azuread and our clients at the sandbox: the only thing that does."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

STACK = "sandbox"
BY_RUN = {"GREENLAKE_SCIM_BY_RUN": "true"}  # so that programs print commands as `./run` has them

TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")  # what names the authorities that programs trust

# What a shell set up for real tenants must not bring along: credentials that would win over the sandbox's.
FOREIGN_PREFIXES = ("ARM_", "AZURE_", "HPEGL_")
FOREIGN_NAMES = ("BEARER_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CLOUD_URL")


@dataclass(frozen=True)
class World:
    """One Entra tenant and one GreenLake workspace of the sandbox, with the credentials of its clients."""

    tenant_id: str
    client_id: str
    client_secret: str
    iam_client_id: str
    iam_client_secret: str
    entra: str
    greenlake: str


def passphrase() -> str:
    """Return the passphrase of the stack `sandbox`, the same everywhere: its salt is committed with the stack.

    It keeps the sandbox's secrets out of sight, and there is nothing in the sandbox that is worth more.
    """
    return hashlib.sha256(b"greenlake-scim: the stack of the sandbox").hexdigest()


def engine_settings(state: Path) -> dict[str, str]:
    """Return where the engine keeps its files: under the state folder, and nowhere else."""
    return {
        "PIP_DISABLE_PIP_VERSION_CHECK": "true",  # pip would look in every run: the language host asks it for its list
        "PULUMI_BACKEND_URL": f"file://{state}/pulumi",
        "PULUMI_CONFIG_PASSPHRASE_FILE": f"{state}/passphrase",
        "PULUMI_HOME": f"{state}/pulumi-home",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_STACK": STACK,
    }


def service_settings(world: World, state: Path) -> dict[str, str]:
    """Return where the services are and how to sign in to them."""
    return {
        "ARM_METADATA_HOSTNAME": urlsplit(world.entra).netloc,
        "ARM_TENANT_ID": world.tenant_id,
        "ARM_CLIENT_ID": world.client_id,
        "ARM_CLIENT_SECRET": world.client_secret,
        "ARM_USE_CLI": "false",
        **dict.fromkeys(TRUST, f"{state}/ca.pem"),
        "HPEGL_USER_ID": world.iam_client_id,
        "HPEGL_USER_SECRET": world.iam_client_secret,
        "GREENLAKE_API_URL": world.greenlake,
        "HPEGL_IAM_SERVICE_URL": f"{world.greenlake}/iam",
        "HPEGL_IAM_VERSION": "glcs",
    }


def search_path(folders: Sequence[Path], before: str) -> dict[str, str]:
    """Return a PATH that begins with the folders, however often they have been put there already."""
    ours = [str(folder) for folder in folders]
    return {"PATH": ":".join([*ours, *(part for part in before.split(":") if part not in ours)])}


def without_proxy(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return what keeps loopback traffic out of a proxy, if the shell has one."""
    if not any(name.lower() in ("http_proxy", "https_proxy", "all_proxy") for name in inherited):
        return {}
    hosts = inherited.get("no_proxy") or inherited.get("NO_PROXY") or ""
    value = ",".join(dict.fromkeys([*filter(None, hosts.split(",")), "127.0.0.1"]))
    return {"NO_PROXY": value, "no_proxy": value}


def foreign(inherited: Mapping[str, str]) -> list[str]:
    """Return the names of inherited variables that would compete with ours."""
    return sorted(name for name in inherited if name.startswith(FOREIGN_PREFIXES) or name in FOREIGN_NAMES)


def shell_lines(settings: Mapping[str, str], inherited: Mapping[str, str]) -> list[str]:
    """Spell settings as lines for `eval` of a POSIX shell."""
    unset = [f"unset {name}" for name in foreign(inherited) if name not in settings]
    return [*unset, *(f"export {name}={shlex.quote(value)}" for name, value in settings.items())]
