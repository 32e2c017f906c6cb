"""What engines of jobs, test reports and Prometheus take of a fleet."""

import json
import re
from datetime import datetime, timezone
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scimctl.commands.fleet.formats import junit
from scimctl.commands.fleet.looks import samples
from scimctl.commands.fleet.matrix import FORMS
from scimctl.fleet.every import Outcome
from scimctl.fleet.fleet_file import STACK, Member
from scimctl.fleet.shared import Shared
from scimctl.terminal.metrics import prometheus
from scimctl.terminal.report import FINE, FOUND, TROUBLE, Report

NOW = datetime(2026, 11, 30, tzinfo=timezone.utc)


def member(name: str, ring: str = "rest") -> Member:
    return Member(name, ring, {}, {})


OUTCOMES = [
    Outcome(member("a", "canary"), Report(["all is well"], {"secondsLeft": 60}, FINE)),
    Outcome(member("b"), Report(['<drift> & "more"\x07', "second"], {"token": {"secondsLeft": -5}}, FOUND)),
    Outcome(member("c"), trouble="Graph does not answer"),
]


def test_github_takes_one_job_a_stack() -> None:
    form, _ = FORMS["github"]
    assert json.loads(form([member("a", "canary"), member("b")])) == {
        "include": [{"stack": "a", "ring": "canary"}, {"stack": "b", "ring": "rest"}]
    }


def test_the_keys_of_azure_pipelines_are_letters_digits_and_underscores_each_once() -> None:
    form, _ = FORMS["azure"]
    found = json.loads(form([member("a-b"), member("a.b"), member("a_b")]))
    assert {key: value["stack"] for key, value in found.items()} == {"a_b": "a-b", "a_b_1": "a.b", "a_b_2": "a_b"}


@given(st.lists(st.from_regex(STACK, fullmatch=True), min_size=1, max_size=5, unique_by=str.lower))
@example(["3m", "S3M", "s3m-", "s3m.", "S3M_"])
@example(["a" * 100, "a" * 99 + "b"])
def test_azure_pipelines_takes_the_key_of_any_stack(stacks: list[str]) -> None:
    form, _ = FORMS["azure"]
    found = json.loads(form([member(name) for name in stacks]))
    assert [each["stack"] for each in found.values()] == stacks
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,99}", key) for key in found)
    assert len({key.lower() for key in found}) == len(stacks)


def test_gitlab_takes_a_list_of_variables() -> None:
    form, _ = FORMS["gitlab"]
    assert json.loads(form([member("a")])) == [{"STACK": "a", "RING": "rest"}]


def test_gitlab_takes_two_hundred_jobs_a_list_so_more_stacks_are_more_lines() -> None:
    form, _ = FORMS["gitlab"]
    lists = [json.loads(line) for line in form([member(f"s{number}") for number in range(401)]).splitlines()]
    assert [len(each) for each in lists] == [200, 200, 1]
    assert len({job["STACK"] for each in lists for job in each}) == 401
    assert form([]) == ""


def test_a_shell_takes_a_name_a_line() -> None:
    form, _ = FORMS["names"]
    assert (form([member("a"), member("b")]), form([])) == ("a\nb", "")


def test_kubernetes_takes_a_stream_of_resources_which_may_be_empty() -> None:
    form, _ = FORMS["kubernetes"]
    assert form([]) == ""


@pytest.mark.parametrize("name", [name for name in FORMS if name in ("github", "azure")])
def test_no_stack_is_a_form_too(name: str) -> None:
    form, _ = FORMS[name]
    assert json.loads(form([])) is not None


def test_junit_shows_what_was_found_as_a_failure_and_what_was_not_read_as_an_error() -> None:
    suite = fromstring(junit("drift", OUTCOMES))  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    failure, error = suite.find("testcase[@name='b']/failure"), suite.find("testcase[@name='c']/error")
    assert failure is not None
    assert error is not None
    assert failure.get("message") == '<drift> & "more" '
    assert error.get("message") == "Graph does not answer"


def test_prometheus_reads_what_was_found_what_was_not_read_and_when_a_token_is_due() -> None:
    values: dict[str, dict[str, float]] = {}
    for line in prometheus("drift", samples(OUTCOMES), NOW).splitlines():
        sample = re.fullmatch(r'(\w+)\{command="drift"(?:,stack="(\w)",ring="(\w+)")?\} (-?\d+)', line)
        assert sample or re.fullmatch(r"# (HELP|TYPE) \w+ .+", line), line
        if sample:
            values.setdefault(sample[1], {})[sample[2] or ""] = float(sample[4])
    assert values["greenlake_scim_found"] == {"a": 0, "b": 1, "c": 0}
    assert values["greenlake_scim_read"] == {"a": 1, "b": 1, "c": 0}
    assert values["greenlake_scim_rotation_seconds"] == {"a": 60, "b": -5}
    assert values["greenlake_scim_looked_at_seconds"] == {"": NOW.timestamp()}


def test_what_stacks_share_is_found_in_the_metrics_of_each_of_them_as_the_exit_code_has_it() -> None:
    wrong, note = Shared(("a", "c", "z"), "workspace", is_wrong=True), Shared(("a", "b"), "name", is_wrong=False)

    assert [each.code for each in samples(OUTCOMES, [wrong])] == [FOUND, FOUND, TROUBLE]
    assert [each.code for each in samples(OUTCOMES, [note])] == [FINE, FOUND, TROUBLE]


@given(st.text(), st.text())
@example("\ud800 \ufffe \uffff \x00 \x7f \r ]]>", "\x1b[31m")
def test_junit_is_xml_whatever_a_directory_has_for_names(first: str, second: str) -> None:
    text = junit("drift", [Outcome(member("a"), Report([first, second], {}, FOUND))])
    suite = fromstring(text.encode())  # noqa: S314 - our own
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "".join((failure.text or "").split()) == "".join(_as_xml(f"{first}\n{second}").split())


def _as_xml(text: str) -> str:
    """Return a text without what XML 1.0 (2.2, Char) may not hold."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", text)
