"""Every command begins with one line that shows what it is about; for scripts that is in fields."""

import io
import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from scimctl import header
from scimctl.header import Header, announce, headed, of_file, opened
from scimctl.stack.stack import Stack
from scimctl.stack.stack_file import StackFile
from scimctl.terminal.console import show, working
from scimctl.terminal.report import Report
from stacks.config import StackConfig
from stacks.sections import Access, App, GreenLake

TENANT = "8f7d1f60-0000-4000-8000-000000000001"
FIELDS = {
    "stack": "prod",
    "tenant": TENANT,
    "application": "SSO-Integration",
    "workspace": "us.greenlake.example:8444",
}
LINE = f"stack prod, tenant {TENANT}, application SSO-Integration, workspace us.greenlake.example:8444\n"
REPORT = Report(["all is well"], {"found": []})


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> None:
    config = StackConfig.model_construct(
        tenant_id=TENANT,
        app=App(name="SSO-Integration"),
        greenlake=GreenLake.model_construct(api_url="https://us.greenlake.example:8444/api"),
        access=Access.model_construct(),
    )

    def read(name: str, show: Callable[[str, StackConfig], None]) -> Stack:
        show(name, config)
        return Stack(name, config, [])

    monkeypatch.setattr(header, "read_stack", read)


def given(*, as_json: bool = False, **options: bool) -> Namespace:
    return Namespace(stack="prod", json=as_json, **options)


def test_it_names_stack_tenant_application_and_the_host_of_the_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    opened(given())

    assert capsys.readouterr().out == LINE


def test_it_is_printed_once_however_often_the_stack_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    args = given()
    opened(args)
    opened(args)

    assert capsys.readouterr().out == LINE


@pytest.mark.parametrize("args", [given(as_json=True), given(markdown=True), given(quiet=True)])
def test_what_a_program_or_a_monitor_reads_does_not_begin_with_it(
    args: Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(args)

    assert capsys.readouterr().out == ""


def test_for_scripts_it_is_in_fields(capsys: pytest.CaptureFixture[str]) -> None:
    args = given(as_json=True)
    opened(args)
    show(headed(args, REPORT), as_json=True)

    assert json.loads(capsys.readouterr().out) == {**FIELDS, "found": []}


def test_what_is_not_known_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    announce(given(), Header("prod", application="SSO-Integration"))

    assert capsys.readouterr().out == "stack prod, application SSO-Integration\n"


@pytest.mark.parametrize(
    ("section", "workspace"),
    [
        ("", "127.0.0.1:8444"),
        ("  greenlake-scim:greenlake: {apiUrl: https://eu.greenlake.example}\n", "eu.greenlake.example"),
    ],
)
def test_before_the_stack_file_is_complete_the_address_of_the_environment_counts_too(
    section: str, workspace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLAKE_API_URL", "https://127.0.0.1:8444")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text(f"config:\n{section}  azuread:tenantId: {TENANT}\n")

    assert of_file(StackFile("prod"), TENANT, "").workspace == workspace


class ClosedPipe(io.StringIO):
    """A pipe whose reader has ended."""

    def flush(self) -> None:
        raise BrokenPipeError


def test_a_command_goes_on_if_nobody_reads_its_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", ClosedPipe())

    assert opened(given()).name == "prod"
    with pytest.raises(BrokenPipeError):
        show(REPORT, as_json=False)


def test_it_is_in_colour_on_a_terminal_alone() -> None:
    def printed(*, terminal: bool) -> str:
        out = io.StringIO()
        Console(file=out, force_terminal=terminal, width=200, color_system="standard" if terminal else None).print(
            Header("prod").line()
        )
        return out.getvalue()

    assert printed(terminal=False) == "stack prod\n"
    assert "\x1b[" in printed(terminal=True)


def test_it_goes_to_standard_output_also_while_a_spinner_holds_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with working("reading"):
        opened(given())

    assert capsys.readouterr().out == LINE
