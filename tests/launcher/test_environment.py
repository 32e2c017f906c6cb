"""The variables that point at the sandbox, as pure functions of what the sandbox answers."""

from pathlib import Path

from launcher.deployment.environment import (
    World,
    foreign,
    search_path,
    service_settings,
    shell_lines,
    without_proxy,
)

WORLD = World(
    tenant_id="t",
    client_id="c",
    client_secret="cs",
    iam_client_id="i",
    iam_client_secret="is",
    entra="https://127.0.0.1:8443",
    greenlake="https://127.0.0.1:8444",
)


def test_each_service_is_signed_in_to_with_its_own_client() -> None:
    settings = service_settings(WORLD, Path("/state"))
    assert (settings["ARM_CLIENT_ID"], settings["ARM_CLIENT_SECRET"], settings["ARM_TENANT_ID"]) == ("c", "cs", "t")
    assert (settings["HPEGL_USER_ID"], settings["HPEGL_USER_SECRET"]) == ("i", "is")
    assert settings["ARM_METADATA_HOSTNAME"] == "127.0.0.1:8443"
    assert settings["HPEGL_IAM_SERVICE_URL"] == "https://127.0.0.1:8444/iam"
    assert settings["SSL_CERT_FILE"] == "/state/ca.pem"


def test_our_folders_lead_the_path_and_are_there_once() -> None:
    before = "/usr/bin:/venv/bin:/bin"
    assert search_path([Path("/venv/bin"), Path("/engine")], before) == {"PATH": "/venv/bin:/engine:/usr/bin:/bin"}


def test_loopback_stays_out_of_a_proxy_in_both_spellings() -> None:
    assert without_proxy({"PATH": "/bin"}) == {}
    assert without_proxy({"https_proxy": "http://proxy", "NO_PROXY": "a.example,127.0.0.1"}) == {
        "NO_PROXY": "a.example,127.0.0.1",
        "no_proxy": "a.example,127.0.0.1",
    }
    assert without_proxy({"HTTPS_PROXY": "http://proxy"})["no_proxy"] == "127.0.0.1"


def test_what_would_win_over_the_sandbox_is_foreign() -> None:
    names = ["ARM_USE_OIDC", "HPEGL_IAM_TOKEN", "BEARER_TOKEN", "HOME", "PULUMI_STACK"]
    assert foreign(dict.fromkeys(names, "x")) == ["ARM_USE_OIDC", "BEARER_TOKEN", "HPEGL_IAM_TOKEN"]


def test_lines_for_the_shell_are_quoted_and_foreign_names_are_unset_unless_replaced() -> None:
    lines = shell_lines({"ARM_TENANT_ID": "it's; rm -rf"}, {"ARM_TENANT_ID": "real", "ARM_OIDC_TOKEN": "real"})
    assert lines == ["unset ARM_OIDC_TOKEN", "export ARM_TENANT_ID='it'\"'\"'s; rm -rf'"]
