"""`python -m ci.backend_sign_in FOLDER`: sign in where the state is kept, with the job's identity and no stored secret.

Pulumi Cloud exchanges the job's token for its own. Azure Storage reads it from a file in FOLDER at its first call:
the variables for that are printed, for the steps that follow. State may be in another tenant than the
provisioned one: AZURE_TENANT_ID and AZURE_CLIENT_ID name its own. The token lives some minutes only, so this runs right
before the engine.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ci.running import run
from providers.entra.sign_in.client_assertion import ENTRA, identity_token
from providers.errors import ConfigurationError, StoppedError
from providers.http.deadline import Deadline
from scimctl.engine import engine


def audience(environ: Mapping[str, str]) -> str:
    """Return whom the token is for, "" if the backend needs none: pure."""
    if environ.get("PULUMI_ORGANIZATION"):
        return f"urn:pulumi:org:{environ['PULUMI_ORGANIZATION']}"
    return ENTRA if environ.get("PULUMI_BACKEND_URL", "").startswith("azblob://") else ""


def _identity_token(wanted: str, environ: Mapping[str, str]) -> str:
    """Return the token that the job was given (GitLab), or the one that it may fetch (GitHub, Azure Pipelines)."""
    given = environ.get("ARM_OIDC_TOKEN" if wanted == ENTRA else "PULUMI_OIDC_TOKEN")
    if given:
        return given
    url, bearer = (
        environ.get(f"ARM_OIDC_REQUEST_{part}") or environ.get(f"ACTIONS_ID_TOKEN_REQUEST_{part}")
        for part in ("URL", "TOKEN")
    )
    connection = environ.get("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "")
    if connection and wanted != ENTRA:
        raise ConfigurationError(
            "Azure Pipelines issues no token for Pulumi Cloud: set PULUMI_ACCESS_TOKEN instead of PULUMI_ORGANIZATION"
        )
    if not (url and bearer):
        raise ConfigurationError(
            "the job has no identity: GitHub Actions needs the permission `id-token: write`, GitLab `id_tokens`, "
            "Azure Pipelines a service connection"
        )
    return identity_token(url, bearer, wanted, Deadline(), connection)


def main(arguments: list[str]) -> None:
    """Sign in; without a backend that takes an identity do nothing."""
    wanted = audience(os.environ)
    if not wanted:
        return
    variables = _azure(os.environ) if wanted == ENTRA else {}
    file = Path(arguments[0], "identity-token").absolute()
    file.touch(mode=0o600)
    file.write_text(_identity_token(wanted, os.environ), encoding="ascii")
    if wanted == ENTRA:
        variables["AZURE_FEDERATED_TOKEN_FILE"] = str(file)
        sys.stdout.writelines(f"{name}={value}\n" for name, value in variables.items())
    else:
        _sign_in_to_pulumi_cloud(file, os.environ["PULUMI_ORGANIZATION"])


def _azure(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the tenant and the client of the storage account: its own, or those of the provisioned tenant."""
    kinds = ("TENANT_ID", "CLIENT_ID")
    own = [environ.get(f"AZURE_{kind}", "") for kind in kinds]
    if any(own) and not all(own):
        raise ConfigurationError("AZURE_TENANT_ID and AZURE_CLIENT_ID go together: set both or neither")
    used = own if all(own) else [environ.get(f"ARM_{kind}", "") for kind in kinds]
    if not all(used):
        raise ConfigurationError("ARM_TENANT_ID or ARM_CLIENT_ID is not set: set both in the job's environment")
    return {f"AZURE_{kind}": value for kind, value in zip(kinds, used, strict=True)}


def _sign_in_to_pulumi_cloud(token: Path, organization: str) -> None:
    command = [engine.program(), "login", "--oidc-token", f"file://{token}", "--oidc-org", organization]
    done = subprocess.run(command, check=False, stdout=sys.stderr)
    token.unlink()
    if done.returncode != 0:
        raise StoppedError("Pulumi Cloud refused the identity of this job: register it under Settings, OIDC issuers")


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.backend_sign_in FOLDER"))
