"""Which stacks of a fleet share a workspace or an application, and whether that takes something from one of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimctl.cli import main
from scimctl.commands.fleet.formats import junit
from scimctl.commands.fleet.looks import reported
from scimctl.fleet.every import Outcome
from scimctl.fleet.fleet_file import fleet_of
from scimctl.fleet.shared import Known, in_common, shared
from scimctl.terminal.report import FINE, FOUND, Report
from stacks.config import TENANT_KEY
from stacks.problems import checked

ONE, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
WORKSPACE, ANOTHER = "0a1b2c3d4e5f40718293a4b5c6d7e8f9", "ffffffff4e5f40718293a4b5c6d7e8f9"


def known(
    stack: str,
    tenant: str = ONE,
    app: str = "",
    pin: str = "",
    application: str = "",
    mode: str = "create",
    **claims: str,
) -> Known:
    sections = {
        TENANT_KEY: tenant,
        "greenlake": {"workspace": pin} if pin else {},
        "token": {"every": "60d"},
        "app": {"name": app or stack, "mode": mode},
        "access": {"groups": ["Admins"]},
    }
    problems, config = checked(stack, sections, (), "")
    assert config is not None, problems
    return Known(stack, config, claims, application)


@pytest.mark.parametrize(
    ("fleet", "stacks", "words", "is_wrong"),
    [
        ([known("a"), known("b")], (), "", False),
        (
            [known("a", pin=WORKSPACE), known("b", OTHER, pin=WORKSPACE)],
            ("a", "b"),
            "people of different tenants meet",
            True,
        ),
        ([known("a", pin=WORKSPACE), known("b", pin=WORKSPACE)], ("a", "b"), "a workspace has one token", True),
        (
            [known("a", pin=WORKSPACE.upper()), known("b", hpe_workspace_id=WORKSPACE)],
            ("a", "b"),
            "have the same",
            True,
        ),
        ([known("a", x=WORKSPACE), known("b", OTHER, x=WORKSPACE, y="1")], ("a", "b"), "have the same GreenLake", True),
        ([known("a", pin=WORKSPACE), known("b", pin=ANOTHER)], (), "", False),
        ([known("a", pin=WORKSPACE, x="1"), known("b", pin=ANOTHER, x="1")], (), "", False),
        ([known("a", x="1", y="2"), known("b", x="1", y="3")], (), "", False),  # of one provider, for two customers
        ([known("a", app="X"), known("b", app="x")], ("a", "b"), 'make applications of the same name, "X"', False),
        ([known("a", app="X"), known("b", OTHER, app="X")], (), "", False),
        (
            [known("a", app="X", mode="existing"), known("b", app="X")],
            ("a", "b"),
            'manage the same application "X"',
            True,
        ),
        ([known("a", app="X", application="i"), known("b", application="i")], ("a", "b"), "manage the same", True),
        (
            [known("a", app="X", application="i"), known("b", app="i", mode="existing")],
            ("a", "b"),
            "the same app",
            True,
        ),
        ([known("a", app="X", application="i"), known("b", app="X", application="j")], ("a", "b"), "same name", False),
        ([known(each, app="X") for each in "abcdefgh"], tuple("abcdefgh"), "a, b, c, d, e, f and 2 more make", False),
        ([known("a", app="X"), known("b", app="X"), known("c", app="X")], ("a", "b", "c"), "a, b and c make", False),
    ],
)
def test_what_two_stacks_share_is_one_line_with_both_and_wrong_if_one_takes_it_from_the_other(
    fleet: list[Known], stacks: tuple[str, ...], words: str, is_wrong: bool
) -> None:
    found = shared(fleet)

    assert [each.stacks for each in found] == ([stacks] if stacks else [])
    for each in found:
        assert words in each.line
        assert "\n" not in each.line
        assert each.is_wrong is is_wrong


@given(st.lists(st.tuples(st.sampled_from(["", WORKSPACE, ANOTHER]), st.sampled_from("XY")), min_size=2, max_size=5))
def test_each_group_is_listed_once_and_what_is_wrong_comes_first(drawn: list[tuple[str, str]]) -> None:
    found = shared([known(f"s{number}", pin=pin, app=app) for number, (pin, app) in enumerate(drawn)])

    expected = [
        tuple(f"s{number}" for number, each in enumerate(drawn) if each[place] == value)
        for place, values in ((0, (WORKSPACE, ANOTHER)), (1, "XY"))
        for value in values
    ]
    assert sorted(each.stacks for each in found) == sorted(each for each in expected if len(each) > 1)
    assert [each.is_wrong for each in found] == sorted((each.is_wrong for each in found), reverse=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two stacks of different tenants in one workspace, one of them canary."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: greenlake-scim\nruntime: python\n")
    (tmp_path / "fleet.yaml").write_text("stacks:\n  a: {ring: canary}\n  b:\n  unreadable:\n")
    (tmp_path / "stacks/Pulumi.unreadable.yaml").write_text("config: [")
    for name, tenant in (("a", ONE), ("b", OTHER)):
        (tmp_path / f"stacks/Pulumi.{name}.yaml").write_text(
            f"config:\n  azuread:tenantId: {tenant}\n  greenlake-scim:token: {{every: 60d}}\n"
            f"  greenlake-scim:greenlake: {{workspace: {WORKSPACE}}}\n  greenlake-scim:access: {{groups: [Admins]}}\n"
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_a_look_at_one_ring_reports_what_its_stacks_share_with_those_of_another() -> None:
    fleet = fleet_of({"stacks": {"a": {"ring": "canary"}, "b": None, "unreadable": None}})
    outcomes = [Outcome(fleet.named("a"), Report(["no drift"], {}, FINE))]

    common = in_common(fleet, outcomes)
    report = reported("drift", outcomes, common)

    assert report.code == FOUND
    assert "a and b have the same GreenLake workspace" in str(report.lines[1])
    assert report.data["shared"][0]["stacks"] == ["a", "b"]
    assert 'failures="1"' in junit("drift", outcomes, common)


@pytest.mark.parametrize(
    ("tenant", "code", "words"),
    [(ONE, 0, "note: a and c make applications of the same name"), (OTHER[:-1] + "3", 0, "")],
)
def test_add_shows_what_the_new_stack_shares_with_another_of_its_tenant(
    project: Path, tenant: str, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fleet", "add", "c", "--tenant", tenant, "--group", "Admins"]) == code

    said = capsys.readouterr().out
    assert (words in said) if words else "note:" not in said
    assert (project / "stacks/Pulumi.c.yaml").exists()
