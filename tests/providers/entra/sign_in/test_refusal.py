import base64
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from providers.entra.sign_in.access_token import graph_bearer
from providers.entra.sign_in.cloud import cloud
from providers.errors import ConfigurationError, UnauthorizedError, UntrustedError
from tests.providers.calling import CANARY, soon
from tests.providers.entra.sign_in.signing_in import az, claims_of, pfx, with_cli, without_secret
from tests.providers.jwts import unsigned_jwt
from tests.sandbox.driver import World

CLIENT = "Entra: sign in with a client secret was refused"


def test_a_command_line_that_is_not_signed_in_is_one_line(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    az(tmp_path, monkeypatch, f"echo \"ERROR: {CANARY} Please run 'az login'\" >&2; exit 1")

    with pytest.raises(UnauthorizedError) as caught:
        claims_of(with_cli(here))

    assert str(caught.value) == (
        "Entra: sign in with the Azure CLI was refused (az ended with 1): "
        "the Azure CLI is not signed in to this tenant: run `az login --tenant TENANT`"
    )


def test_a_wrong_secret_is_tried_once_by_all_that_ask_at_a_time_and_the_refusal_shows_which_value_is_meant(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {**here.environ(), "ARM_CLIENT_SECRET": CANARY}
    with ThreadPoolExecutor() as side_by_side:
        refusals = [each.exception() for each in [side_by_side.submit(claims_of, wrong) for _ in range(5)]]

    said = f"{CLIENT} (AADSTS7000215): the client secret is wrong: check ARM_CLIENT_SECRET (its value, not its id)"
    assert {(str(each), getattr(each, "code", "")) for each in refusals} == {(said, "AADSTS7000215")}
    assert len([one for one in here.requests() if one["path"].endswith("/token")]) == 1
    later = time.monotonic() + 31
    monkeypatch.setattr("providers.entra.sign_in.access_token.time.monotonic", lambda: later)
    assert claims_of(here.environ())
    with pytest.raises(UnauthorizedError):  # somebody who watches may have signed in meanwhile
        claims_of(wrong)
    assert len([one for one in here.requests() if one["path"].endswith("/token")]) == 3


def test_an_oidc_token_that_has_expired_is_refused(here: World) -> None:
    old = unsigned_jwt({"iss": "https://issuer.example", "sub": "s", "exp": 1})

    with pytest.raises(UnauthorizedError, match=r"sign in with OpenID Connect was refused \(AADSTS700024\)"):
        claims_of(without_secret(here, ARM_USE_OIDC="true", ARM_OIDC_TOKEN=old))
    assert len([one for one in here.requests() if one["path"].endswith("/token")]) == 1


def test_without_any_credential_nothing_is_sent(here: World) -> None:
    with pytest.raises(ConfigurationError, match="no credential for Entra: set ARM_TENANT_ID"):
        graph_bearer(without_secret(here), soon(60), here.tenant_id)

    assert here.requests() == []


def test_a_missing_client_is_reported_before_anything_is_sent(here: World) -> None:
    with pytest.raises(ConfigurationError, match="ARM_CLIENT_ID is not set"):
        graph_bearer({**here.environ(), "ARM_CLIENT_ID": ""}, soon(60), here.tenant_id)

    assert here.requests() == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ARM_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_CERTIFICATE_PATH cannot be read"),
        ("ARM_OIDC_TOKEN_FILE_PATH", "the file of the OIDC token cannot be read"),
    ],
)
def test_a_file_that_is_not_there_is_named_by_its_setting(here: World, tmp_path: Path, name: str, said: str) -> None:
    environ = without_secret(here, ARM_USE_OIDC="true", **{name: str(tmp_path / "missing")})

    with pytest.raises(ConfigurationError) as caught:
        claims_of(environ)

    assert str(caught.value) == f"{said} (No such file or directory): check the path"


def test_an_empty_file_of_the_oidc_token_is_refused_as_any_other_token(here: World, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    with pytest.raises(UnauthorizedError, match="sign in with OpenID Connect was refused"):
        claims_of(without_secret(here, ARM_USE_OIDC="true", ARM_OIDC_TOKEN_FILE_PATH=str(tmp_path / "empty")))


def test_a_certificate_that_is_not_base64_shows_what_to_encode(here: World) -> None:
    with pytest.raises(ConfigurationError, match="ARM_CLIENT_CERTIFICATE is not base64: encode the PKCS#12 bundle"):
        claims_of(without_secret(here, ARM_CLIENT_CERTIFICATE="-----BEGIN"))


@pytest.mark.parametrize("password", ["", "another"])
def test_a_certificate_that_cannot_be_opened_is_a_matter_of_configuration(here: World, password: str) -> None:
    bundle = base64.b64encode(pfx(CANARY)).decode()

    with pytest.raises(ConfigurationError) as caught:
        claims_of(without_secret(here, ARM_CLIENT_CERTIFICATE=bundle, ARM_CLIENT_CERTIFICATE_PASSWORD=password))

    assert str(caught.value).startswith("Entra: the settings for a client certificate cannot be used")


def test_a_tenant_id_that_cannot_be_one_is_a_matter_of_configuration(here: World) -> None:
    with pytest.raises(ConfigurationError, match="there can be no tenant 'no tenant/at all': check"):
        claims_of({**here.environ(), "ARM_TENANT_ID": "no tenant/at all"})


def test_a_refused_sign_in_shows_its_own_line_only(here: World) -> None:
    script = (
        "import os\n"
        "from providers.http.deadline import Deadline\n"
        "from providers.entra.sign_in.access_token import graph_bearer\n"
        "from providers.errors import UnauthorizedError\n"
        "try:\n"
        "    graph_bearer(os.environ, Deadline(), os.environ['ARM_TENANT_ID'])\n"
        "except UnauthorizedError as error:\n"
        "    print(error)\n"
    )
    environ = {**os.environ, **here.environ(), "ARM_CLIENT_SECRET": CANARY}

    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False)

    assert done.stdout.startswith(f"{CLIENT} (AADSTS7000215)")
    assert done.stderr == ""


def test_a_certificate_authority_that_the_environment_does_not_name_is_not_trusted(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud(here.environ(), soon(60))
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(UntrustedError, match=r"client secret: the certificate of \S+ is not trusted \(unable to get "):
        claims_of(here.environ())
