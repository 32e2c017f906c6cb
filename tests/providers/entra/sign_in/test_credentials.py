from pathlib import Path

import pytest

from providers.entra.sign_in.credentials import SignIn, Way, choose, problems

CLIENT = {"ARM_CLIENT_ID": "a-client"}
CERTIFICATE = {"ARM_CLIENT_CERTIFICATE_PATH": "/app.pfx"}
SECRET = {"ARM_CLIENT_SECRET": "a-secret"}
OIDC = {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "a-token"}
MSI = {"ARM_USE_MSI": "true"}
OF_APP = {"IDENTITY_ENDPOINT": "http://app", "IDENTITY_HEADER": "h"}
NONE = (
    "no credential for Entra: set ARM_TENANT_ID and ARM_CLIENT_ID with ARM_CLIENT_SECRET, "
    "ARM_CLIENT_CERTIFICATE_PATH or ARM_USE_OIDC=true; or ARM_USE_MSI=true; or sign in with `az login`"
)


@pytest.fixture
def az(tmp_path: Path) -> dict[str, str]:
    """An environment in which the Azure CLI is installed."""
    (tmp_path / "az").touch(mode=0o755)
    return {"PATH": str(tmp_path)}


def way(environ: dict[str, str]) -> Way | None:
    chosen = choose(environ)
    return chosen and chosen.way


def settings(environ: dict[str, str]) -> dict[str, str]:
    chosen = choose(environ)
    return dict(chosen.settings) if chosen else {}


def test_the_first_way_that_is_set_counts_in_the_order_of_azuread(az: dict[str, str]) -> None:
    everything = [
        (Way.CERTIFICATE, CERTIFICATE),
        (Way.SECRET, SECRET),
        (Way.OIDC, OIDC),
        (Way.MANAGED_IDENTITY, MSI),
        (Way.CLI, az),
    ]
    for first, (expected, _) in enumerate(everything):
        environ = {name: value for _, of in everything[first:] for name, value in of.items()}
        assert way(environ) is expected


@pytest.mark.parametrize("environ", [{}, {"PATH": ""}, {"PATH": "/nowhere"}, {**CLIENT, "ARM_CLIENT_SECRET": ""}])
def test_without_any_way_there_is_one_problem_that_names_them_all(environ: dict[str, str]) -> None:
    assert choose(environ) is None
    assert problems(environ) == [NONE]


def test_the_one_who_signs_in_is_taken_from_the_environment() -> None:
    assert choose({**CLIENT, **SECRET}, "a-tenant") == SignIn(
        Way.SECRET, "a-tenant", "a-client", {"secret": "a-secret"}
    )
    assert choose(SECRET, "a-tenant") == SignIn(Way.SECRET, "a-tenant", "", {"secret": "a-secret"})


def test_the_tenant_is_the_requested_one_whatever_the_environment_names() -> None:
    chosen = choose({**CLIENT, **SECRET, "ARM_TENANT_ID": "another"}, "a-tenant")

    assert chosen is not None
    assert chosen.tenant_id == "a-tenant"


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        (CERTIFICATE, {"path": "/app.pfx", "password": ""}),
        ({"ARM_CLIENT_CERTIFICATE": "UEZY"}, {"data": "UEZY", "password": ""}),
        (
            {**CERTIFICATE, "ARM_CLIENT_CERTIFICATE_PASSWORD": "a-password"},
            {"path": "/app.pfx", "password": "a-password"},
        ),
        ({"ARM_CLIENT_CERTIFICATE_PASSWORD": "a-password"}, {}),
        (OIDC, {"token": "a-token"}),
        ({"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": "/token"}, {"token_path": "/token"}),
        ({"ARM_OIDC_TOKEN": "a-token"}, {}),
        ({"ARM_USE_OIDC": "true"}, {}),
        ({"AZURE_FEDERATED_TOKEN_FILE": "/var/token"}, {}),
        (MSI, {"endpoint": "http://169.254.169.254/metadata/identity/oauth2/token", "header": ""}),
        ({**MSI, "ARM_MSI_ENDPOINT": "http://e"}, {"endpoint": "http://e", "header": ""}),
        ({**MSI, **OF_APP, "ARM_MSI_ENDPOINT": "http://e"}, {"endpoint": "http://app", "header": "h"}),
        (
            {**MSI, **OF_APP, "IDENTITY_HEADER": "", "ARM_MSI_ENDPOINT": "http://e"},
            {"endpoint": "http://e", "header": ""},
        ),
    ],
)
def test_a_way_has_its_own_settings(environ: dict[str, str], found: dict[str, str]) -> None:
    assert settings(environ) == found


@pytest.mark.parametrize("prefix", ["ARM_OIDC_REQUEST", "ACTIONS_ID_TOKEN_REQUEST"])
def test_an_oidc_token_may_be_requested_where_address_and_token_of_the_request_are_known(prefix: str) -> None:
    address, token = {f"{prefix}_URL": "https://oidc.example"}, {f"{prefix}_TOKEN": "a-request-token"}

    assert settings({"ARM_USE_OIDC": "true", **address, **token}) == {
        "request_url": "https://oidc.example",
        "request_token": "a-request-token",
        "service_connection": "",
    }
    assert settings({"ARM_USE_OIDC": "true", **address}) == {}
    assert settings({"ARM_USE_OIDC": "true", **token}) == {}


def test_azureads_own_names_for_an_oidc_request_count_more_than_those_of_github() -> None:
    environ = {
        "ARM_USE_OIDC": "true",
        "ARM_OIDC_REQUEST_URL": "https://ours.example",
        "ARM_OIDC_REQUEST_TOKEN": "ours",
        "ACTIONS_ID_TOKEN_REQUEST_URL": "https://theirs.example",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "theirs",
    }

    found = settings(environ)
    assert (found["request_url"], found["request_token"]) == ("https://ours.example", "ours")


@pytest.mark.parametrize("name", ["ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"])
def test_a_request_to_azure_devops_names_the_service_connection_by_either_of_azureads_names(name: str) -> None:
    environ = {
        "ARM_USE_OIDC": "true",
        "ARM_OIDC_REQUEST_URL": "https://ours.example",
        "ARM_OIDC_REQUEST_TOKEN": "ours",
        name: "a-connection",
    }

    assert settings(environ)["service_connection"] == "a-connection"


@pytest.mark.parametrize(
    ("environ", "name", "instead"),
    [
        ({"ARM_CLIENT_SECRET_FILE_PATH": "/secret"}, "ARM_CLIENT_SECRET_FILE_PATH", "ARM_CLIENT_SECRET to"),
        (
            {"ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "AZURE_FEDERATED_TOKEN_FILE": "/t", "AZURE_CLIENT_ID": "c"},
            "ARM_USE_AKS_WORKLOAD_IDENTITY",
            "ARM_OIDC_TOKEN_FILE_PATH to $AZURE_FEDERATED_TOKEN_FILE",
        ),
    ],
)
def test_a_form_that_only_one_half_understands_is_refused_with_the_one_that_both_take(
    az: dict[str, str], environ: dict[str, str], name: str, instead: str
) -> None:
    for given in (environ, {**environ, **az}, {**environ, **MSI}):
        (line,) = problems({**CLIENT, **given})
        assert line.startswith(f"{name} is not taken by the azuread plugin: set ")
        assert instead in line
    assert problems({**CLIENT, **SECRET, **environ}) == []
    assert problems({**CLIENT, **OIDC, **environ}) == []


def test_in_azure_pipelines_the_names_that_both_halves_take_are_reported() -> None:
    given = {"ARM_USE_OIDC": "true", "SYSTEM_OIDCREQUESTURI": "https://a.example", "SYSTEM_ACCESSTOKEN": "t"}

    (line,) = problems({**CLIENT, **given})

    assert "set ARM_OIDC_REQUEST_URL to $SYSTEM_OIDCREQUESTURI, ARM_OIDC_REQUEST_TOKEN" in line


@pytest.mark.parametrize("name", ["ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH", "ARM_OIDC_REQUEST_URL"])
def test_an_oidc_token_without_its_switch_is_reported_by_the_name_that_is_set(name: str, az: dict[str, str]) -> None:
    for switch in ("", "yes", "false"):
        given = {**CLIENT, "ARM_USE_OIDC": switch, name: "https://a.example"}

        assert problems(given) == [f"{name} is set without ARM_USE_OIDC=true: set both"]
        assert problems({**given, **az}) == []
        assert problems({**given, **SECRET}) == []


@pytest.mark.parametrize("given", [{}, {"ARM_USE_OIDC": "true"}])
def test_a_pod_with_workload_identity_alone_gets_the_names_that_both_halves_take(given: dict[str, str]) -> None:
    (line,) = problems({**CLIENT, **given, "AZURE_FEDERATED_TOKEN_FILE": "/var/token"})

    assert line.startswith("AZURE_FEDERATED_TOKEN_FILE is not taken by the azuread plugin: set ARM_USE_OIDC=true, ")
    assert "ARM_OIDC_TOKEN_FILE_PATH to $AZURE_FEDERATED_TOKEN_FILE" in line


def test_an_oidc_token_that_is_there_is_not_requested() -> None:
    environ = {**OIDC, "ARM_OIDC_REQUEST_URL": "https://oidc.example", "ARM_OIDC_REQUEST_TOKEN": "a-request-token"}

    assert settings(environ) == {"token": "a-token"}


@pytest.mark.parametrize("value", ["true", "True", "TRUE", "1"])
def test_a_switch_is_on_by_true_or_one(value: str) -> None:
    assert way({"ARM_USE_MSI": value}) is Way.MANAGED_IDENTITY


@pytest.mark.parametrize("value", ["", "false", "0", "yes", "on"])
def test_a_switch_is_off_by_anything_else(value: str) -> None:
    assert way({"ARM_USE_MSI": value}) is None


@pytest.mark.parametrize("value", ["true", "True", "1", None])
def test_the_azure_cli_is_used_where_it_is_installed_and_nobody_forbids_it(
    az: dict[str, str], value: str | None
) -> None:
    environ = {**az, **({} if value is None else {"ARM_USE_CLI": value})}

    assert way(environ) is Way.CLI
    assert settings(environ) == {"path": str(Path(az["PATH"]) / "az")}


@pytest.mark.parametrize("value", ["false", "False", "0", ""])
def test_the_azure_cli_can_be_forbidden(az: dict[str, str], value: str) -> None:
    assert way({**az, "ARM_USE_CLI": value}) is None


def test_the_program_search_of_this_process_is_not_asked(az: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", az["PATH"])

    assert way({}) is None


@pytest.mark.parametrize(
    ("environ", "kind"), [(CERTIFICATE, "a client certificate"), (SECRET, "a client secret"), (OIDC, "OpenID Connect")]
)
def test_a_client_needs_to_know_itself_and_no_tenant(environ: dict[str, str], kind: str) -> None:
    assert problems(environ) == [f"ARM_CLIENT_ID is not set: it is needed to sign in with {kind}"]
    assert problems({**environ, **CLIENT}) == []


def test_the_words_for_openid_connect_are_a_sentence() -> None:
    assert not any(" a OpenID" in line for line in problems(OIDC))


def test_a_managed_identity_needs_no_client_id() -> None:
    assert problems(MSI) == []


def test_the_azure_cli_needs_neither_tenant_nor_client(az: dict[str, str]) -> None:
    assert problems(az) == []


@pytest.mark.parametrize("environ", [SECRET, OIDC, {**CERTIFICATE, "ARM_CLIENT_CERTIFICATE_PASSWORD": "a-secret"}])
def test_a_way_to_sign_in_never_shows_its_settings(environ: dict[str, str]) -> None:
    shown = repr(choose(environ))

    assert "a-secret" not in shown
    assert "a-token" not in shown


def test_the_same_way_is_the_same_key_and_another_secret_is_another() -> None:
    one, same, other = (choose({**CLIENT, "ARM_CLIENT_SECRET": secret}) for secret in ("one", "one", "other"))

    assert len({one, same, other}) == 2


def test_oidc_without_a_token_reports_what_the_workflow_needs() -> None:
    (line,) = problems({**CLIENT, "ARM_USE_OIDC": "true"})

    assert line.startswith("ARM_USE_OIDC is set, but there is no OIDC token: in GitHub Actions give the job")
    assert "`id-token: write`" in line
