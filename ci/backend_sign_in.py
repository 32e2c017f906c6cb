"""`python -m ci.backend_sign_in`: sign in where the state is kept, with the identity of the job and no stored secret.

State may live in another tenant than the provisioned one: AZURE_TENANT_ID and AZURE_CLIENT_ID name its own.

Pulumi Cloud exchanges the job's token for its own; Azure Storage reads it from a file, at the time of the first
call. GitHub's token lives some minutes only, so this is the step right before the engine's.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ci.running import required, run
from providers.entra.sign_in.identity_token import ENTRA, identity_token
from providers.errors import ConfigurationError, StoppedError
from providers.http.deadline import Deadline
from scimctl.stack import engine


def audience(environ: Mapping[str, str]) -> str:
    """Return whom the token is for, "" if the backend needs none: pure."""
    if environ.get("PULUMI_ORGANIZATION"):
        return f"urn:pulumi:org:{environ['PULUMI_ORGANIZATION']}"
    return ENTRA if environ.get("PULUMI_BACKEND_URL", "").startswith("azblob://") else ""


def _identity_token(wanted: str, environ: Mapping[str, str]) -> str:
    url, bearer = environ.get("ACTIONS_ID_TOKEN_REQUEST_URL"), environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if not (url and bearer):
        raise ConfigurationError("the job has no identity: give it the permission id-token: write")
    return identity_token(url, bearer, wanted, Deadline())


def main(_arguments: list[str]) -> None:
    """Sign in; without a backend that takes an identity do nothing."""
    wanted = audience(os.environ)
    if not wanted:
        return
    (folder,) = required(os.environ, "RUNNER_TEMP")
    file = Path(folder, "identity-token")
    file.touch(mode=0o600)
    file.write_text(_identity_token(wanted, os.environ), encoding="ascii")
    if wanted != ENTRA:
        _sign_in_to_pulumi_cloud(file, os.environ["PULUMI_ORGANIZATION"])
        return
    settings, *ours = required(os.environ, "GITHUB_ENV", "ARM_TENANT_ID", "ARM_CLIENT_ID")
    own = (os.environ.get("AZURE_TENANT_ID"), os.environ.get("AZURE_CLIENT_ID"))
    if any(own) and not all(own):
        raise ConfigurationError("AZURE_TENANT_ID and AZURE_CLIENT_ID go together: set both or neither")
    tenant, client = own if all(own) else ours
    with Path(settings).open("a", encoding="utf-8") as later:
        later.write(f"AZURE_TENANT_ID={tenant}\nAZURE_CLIENT_ID={client}\nAZURE_FEDERATED_TOKEN_FILE={file}\n")


def _sign_in_to_pulumi_cloud(token: Path, organization: str) -> None:
    command = [engine.program(), "login", "--oidc-token", f"file://{token}", "--oidc-org", organization]
    done = subprocess.run(command, check=False)
    token.unlink()
    if done.returncode != 0:
        raise StoppedError("Pulumi Cloud refused the identity of this job: register it under Settings, OIDC issuers")


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.backend_sign_in"))
