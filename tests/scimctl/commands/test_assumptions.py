"""Each assumption about HPE's API beside what was seen of it: what differs first, and fit for a public issue."""

import json
from pathlib import Path
from typing import Any

import pytest

from providers.greenlake.api.observation import IN_A_LOG, in_a_log
from providers.greenlake.assumption_checks import ASSUMPTIONS
from scimctl.cli import main
from scimctl.commands.assumptions import compared

CREATED = {"status": 201, "bearer": "API client", "fields": {"data.token": "the token"}, "end": False}
NO_DELETE = {"status": 405, "bearer": "API client", "fields": {"message": "text"}, "code": "METHOD_NOT_ALLOWED"}


def outputs(**observed: Any) -> dict[str, Any]:
    return {"observed": observed, "workspace_claims": {"workspace_id": "w"}, "state": "unknown"}


def text(outs: dict[str, Any], *, as_markdown: bool = False) -> list[str]:
    return [str(getattr(line, "plain", line)) for line in compared(outs, as_markdown=as_markdown).lines]


def test_what_differs_comes_first_and_ends_seven() -> None:
    report = compared(outputs(create=CREATED, **{"delete refused": NO_DELETE}), as_markdown=False)

    assert report.code == 7
    assert report.data["differing"] == 1
    assert [each["verdict"] for each in report.data["assumptions"]][:2] == ["differs", "as assumed"]
    assert report.data["assumptions"][0]["seen"] == "delete was answered 405 METHOD_NOT_ALLOWED"


def test_what_is_as_assumed_ends_zero_and_names_what_was_not_seen() -> None:
    lines = text(outputs(create=CREATED))

    assert compared(outputs(create=CREATED), as_markdown=False).code == 0
    assert lines[0] == "nothing differs from what is assumed: 3 seen, 5 not seen yet"
    assert "create was answered 201, without its end (data.token: the token)" in "\n".join(lines)


def test_a_table_for_an_issue_has_every_assumption_and_no_value() -> None:
    lines = text(outputs(create={**CREATED, "fields": {"a|b": "text"}}), as_markdown=True)

    assert len(lines) == 2 + len(ASSUMPTIONS)
    assert all(line.replace("\\|", "").count("|") == 4 for line in lines)


def test_a_log_shows_what_a_failed_create_saw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "up.log"
    seen = {"create refused": {**NO_DELETE, "status": 403, "code": "FORBIDDEN"}}
    lines = ["  info: answers of GreenLake: {broken", f"2026-11-30T01:02:03Z info: {in_a_log(seen, {'tenantId': 'w'})}"]
    log.write_text("\n".join(lines), encoding="utf-8")

    assert main(["assumptions", "--log", str(log), "--json"]) == 7
    [first, *_] = json.loads(capsys.readouterr().out)["assumptions"]
    assert first["seen"] == "create was answered 403 FORBIDDEN"


_SEEN = '{"observed": {"create": {"status": STATUS, "bearer": "", "fields": {}OTHER}}}'
NO_ANSWER = [  # what no `up` can have printed
    *(_SEEN.replace("STATUS", each).replace("OTHER", "") for each in ("true", "-1", "99999999999", '"201"', "201.5")),
    _SEEN.replace("STATUS", "201").replace("OTHER", ', "old_token": "odd"'),
]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (None, "No such file or directory"),
        *(
            (text, 'no line has "answers of GreenLake:"')
            for text in ("up\n", *(f"{IN_A_LOG}{line}\n" for line in NO_ANSWER))
        ),
    ],
)
def test_a_log_without_answers_is_one_line_that_names_it(
    written: str | None, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "up.log"
    if written:
        log.write_text(written, encoding="utf-8")

    assert main(["assumptions", "--log", str(log)]) == 1
    assert f"--log {log}: {problem}" in capsys.readouterr().err


SECRET = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD"
LINE = in_a_log({"create": CREATED}, {"workspace_id": "w"})


@pytest.mark.parametrize(
    "log",
    [
        b"\xff\xfe" + f"info: {LINE}\r\n".encode("utf-16-le"),  # Windows PowerShell
        b"\xef\xbb\xbf" + LINE.encode(),
        json.dumps({"diagnosticEvent": {"message": f"info: {LINE}\n"}}).encode(),  # pulumi up --event-log
        f"\x1b[34minfo: {LINE}\x1b[0m\r".encode(),
    ],
    ids=["UTF-16", "a byte order mark", "an event log", "colours"],
)
def test_a_log_is_read_in_whatever_form_a_shell_or_the_engine_wrote_it(
    log: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "up.log").write_bytes(log)
    assert main(["assumptions", "--log", str(tmp_path / "up.log")]) == 0
    assert "create was answered 201, without its end (data.token: the token)" in capsys.readouterr().out


@pytest.mark.parametrize("as_markdown", [True, False])
@pytest.mark.parametrize(
    "seen", [{"fields": {SECRET: "text"}}, {"fields": {"a": SECRET}}, {"fields": {"\x1b]0;x\x07": "\x1b[31m"}}]
)
def test_what_somebody_has_written_into_a_log_or_state_is_fit_for_an_issue_too(
    seen: dict[str, Any], as_markdown: bool
) -> None:
    shown = "\n".join(text(outputs(create={**CREATED, **seen}), as_markdown=as_markdown))

    assert SECRET not in shown
    assert "\x1b" not in shown
