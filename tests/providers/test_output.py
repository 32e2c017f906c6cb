"""Commands are printed as they work in the place where they are read."""

import pytest

from providers.errors import StoppedError
from providers.output import BY_RUN, spelled

TEXT = "run `pulumi up --refresh`, then `scimctl status`; `pulumi stack export`"
BY_RUN_TEXT = "run `./run up --refresh`, then `./run scimctl status`; `./run pulumi stack export`"


@pytest.fixture
def by_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BY_RUN, "true")


def test_in_a_virtual_environment_a_text_stays_as_it_is() -> None:
    assert spelled(TEXT) == TEXT


@pytest.mark.usefixtures("by_run")
def test_under_run_every_command_is_spelled_for_run() -> None:
    assert spelled(TEXT) == BY_RUN_TEXT


@pytest.mark.usefixtures("by_run")
def test_a_variable_before_a_command_stays_before_it() -> None:
    assert spelled("`GREENLAKE_ADOPT_ONCE=true pulumi up`") == "`GREENLAKE_ADOPT_ONCE=true ./run up`"


@pytest.mark.usefixtures("by_run")
@pytest.mark.parametrize(
    "text",
    [
        BY_RUN_TEXT,
        "scimctl: no answer",
        "see scimctl/commands/switch/stop.py",
        ".venv/bin/scimctl status",
        "https://www.pulumi.com/docs",
        "pulumi is not on PATH",
        "the plugin pulumi-resource-azuread",
    ],
)
def test_what_is_not_a_command_or_is_spelled_already_stays(text: str) -> None:
    assert spelled(text) == text


@pytest.mark.usefixtures("by_run")
def test_every_error_is_spelled_where_it_is_printed() -> None:
    assert str(StoppedError("not tested: run `pulumi up`")) == "not tested: run `./run up`"
