"""One message when a command begins to find something, and one when that ends; over real TLS and SMTP."""

import json
import os
import signal
import socketserver
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from scimctl.cli import main
from scimctl.commands.notify.notify import Sent, name_of, stack_of, title
from scimctl.engine import engine
from tests.launcher.clone import PROJECT
from tests.providers.tls_service import Service, answer, authority, serving
from tests.scimctl.conftest import webhook

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by what signs mail, on Python 3.11 and 3.12
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=timezone.utc)
FOUND = Sent(7, NOW - timedelta(hours=3))
FINDS, FINE, FAILS = (["sh", "-c", f"echo found; exit {code}"] for code in (7, 0, 1))


@pytest.mark.parametrize(
    ("code", "last", "due"),
    [
        (0, None, ""),
        (7, None, "prod: drift ended with exit code 7"),
        (7, FOUND, ""),
        (1, FOUND, "prod: drift ended with exit code 1"),
        (0, FOUND, "prod: drift: resolved after 3 h"),
    ],
)
def test_there_is_one_message_when_it_begins_one_when_it_ends_and_none_between(
    code: int, last: Sent | None, due: str
) -> None:
    assert title("drift", "prod", code, last, NOW) == due


@pytest.fixture
def tags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The tags of a stack, by an engine that knows no other command."""
    kept: dict[str, str] = {}
    monkeypatch.chdir(tmp_path)

    def run(arguments: list[str], _stack: str) -> "subprocess.CompletedProcess[str]":
        _, _, act, *rest = arguments
        if act == "rm":
            del kept[rest[0]]
        elif act == "set":
            kept[rest[0]] = rest[1]
        return subprocess.CompletedProcess(arguments, 0, json.dumps(kept))

    monkeypatch.setattr(engine, "run", run)
    return kept


def test_an_address_that_refuses_gets_its_message_later_and_the_others_get_no_second_one(
    tags: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate, trusted = authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with serving(certificate) as hook, serving(certificate) as other:
        monkeypatch.setenv("APPRISE_URLS", f"{webhook(hook)} {webhook(other)}")
        hook.answers(answer(202))
        other.answers(answer(429))
        assert [notify(*FINDS), notify(*FINDS)] == [7, 7]
        assert (len(hook.seen), len(other.seen)) == (1, 2)
        other.answers(answer(202))
        assert [notify(*FINDS), notify(*FINDS)] == [7, 7]
        assert (len(hook.seen), len(other.seen)) == (1, 3)
        other.answers(answer(500))
        assert [notify(*FINE), notify(*FINE)] == [1, 1]
        other.answers(answer(202))
        assert [notify(*FINE), notify(*FINE), notify(*FINDS)] == [0, 0, 7]
    titles = [[json.loads(each.body)["title"].partition(" after")[0] for each in one.seen] for one in (hook, other)]
    found, resolved = "prod: sh ended with exit code 7", "prod: sh: resolved"
    assert titles == [[found, resolved, found], [*[found] * 3, *[resolved] * 3, found]]
    assert [Sent.read(tag).code for tag in tags.values()] == [7]  # pyright: ignore[reportOptionalMemberAccess]


@pytest.mark.parametrize(
    ("line", "name", "stack"),
    [
        ("scimctl drift --stack prod", "drift", "prod"),
        ("scimctl --stack prod token status --within 14d", "token-status", "prod"),
        ("/opt/bin/scimctl status --stack=prod", "status", "prod"),
        ("pulumi up --yes -s prod", "pulumi-up", "prod"),
        ("scimctl", "scimctl", ""),
        ("./run scimctl drift", "run-scimctl-drift", ""),
    ],
)
def test_a_message_names_the_command_and_its_stack(line: str, name: str, stack: str) -> None:
    assert (name_of(line.split()), stack_of(line.split())) == (name, stack)


@pytest.mark.parametrize("tag", ["", "{", "7", '{"code": "x", "since": 1}', '{"code": 7}'])
def test_a_tag_that_is_not_ours_is_written_anew(tag: str) -> None:
    assert Sent.read(tag) is None
    assert Sent.read(FOUND.tag()) == FOUND


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack without resources in its own backend."""
    (tmp_path / "backend").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: greenlake-scim\nruntime: yaml\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([os.environ["GREENLAKE_SCIM_ENGINE_PATH"], os.environ["PATH"]]))
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/backend")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "only-for-tests")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    subprocess.run(["pulumi", "stack", "init", "prod", "--non-interactive"], capture_output=True, check=True)


def notify(*command: str) -> int:
    return main(["--stack", "prod", "notify", "--", *command])


@pytest.mark.engine
@pytest.mark.usefixtures("stack")
def test_what_was_sent_is_kept_as_a_tag_of_the_stack_so_that_each_change_is_one_message(
    hook: Service, capsys: pytest.CaptureFixture[str]
) -> None:

    assert [notify(*each) for each in (FINE, FINDS, FINDS, FAILS, FINE, FINE)] == [0, 7, 7, 1, 0, 0]

    sent = [json.loads(each.body) for each in hook.seen]
    assert [each["title"].partition(" after")[0] for each in sent] == [
        "prod: sh ended with exit code 7",
        "prod: sh ended with exit code 1",
        "prod: sh: resolved",
    ]
    assert sent[0]["message"] == "found"
    assert capsys.readouterr().out == "found\n" * 6


@pytest.mark.engine
@pytest.mark.usefixtures("stack")
def test_a_message_that_was_not_taken_is_sent_by_the_next_run_again_and_is_not_a_success(
    hook: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "hunter2-and-more-8f3a9c"
    monkeypatch.setenv("APPRISE_URLS", webhook(hook).replace("//", f"//user:{secret}@"))
    notify(*FINDS)
    hook.answers(answer(500))

    assert notify(*FINE) == 1
    assert "JSON did not take the message (500): the next run sends it again" in capsys.readouterr().err
    hook.answers(answer(202))
    assert notify(*FINE) == 0
    assert [json.loads(each.body)["title"].split()[1] for each in hook.seen] == ["sh", "sh:", "sh:"]
    shown = capsys.readouterr()
    assert secret not in shown.out + shown.err


def test_without_a_stack_to_keep_it_every_run_sends_and_reports_that(
    hook: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pulumi").write_text("#!/bin/sh\nexit 255\n", encoding="utf-8")
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.environ["PATH"]]))

    assert [notify(*FINDS), notify(*FINDS)] == [7, 7]
    assert len(hook.seen) == 2
    assert "the tags of the stack cannot be read" in capsys.readouterr().err


def test_a_reader_that_ends_first_keeps_no_message_back_and_changes_no_exit_code(
    hook: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    program = f"{sys.executable} -m scimctl --stack prod notify -- sh -c 'echo first; echo second; exit 7'"
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))

    done = subprocess.run(["bash", "-c", f'{program} | true; exit "${{PIPESTATUS[0]}}"'], check=False)

    assert done.returncode == 7
    assert [json.loads(each.body)["message"] for each in hook.seen] == ["first\nsecond"]


@pytest.mark.parametrize(
    ("number", "code", "sent"),
    [(signal.SIGTERM, 143, ["sh ended with exit code 143"]), (signal.SIGINT, 9, ["sh ended with exit code 9"])],
)
def test_a_command_that_somebody_cancels_decides_how_to_end_and_that_is_waited_for(
    number: int, code: int, sent: list[str], hook: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    ending = "trap 'echo the state is saved; exit 143' TERM; echo begun; sleep 1 & wait; sleep 2; exit 9"
    command = [sys.executable, "-m", "scimctl", "notify", "--", "sh", "-c", ending]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout
        assert running.stdout.readline() == "begun\n"
        running.send_signal(number)
        printed = running.stdout.read()

    assert running.returncode == code
    assert ("the state is saved" in printed) is (number == signal.SIGTERM)
    assert [json.loads(each.body)["title"] for each in hook.seen] == sent


def test_a_message_is_small_enough_for_teams_however_long_the_lines_of_the_command_are(
    hook: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    long = f"{sys.executable} -c \"print('the verdict', ('*<&_' * 800 + chr(10)) * 30)\"; exit 7"
    monkeypatch.setenv("APPRISE_URLS", hook.url.replace("https://", "workflows://") + "/workflow/signature/?image=no")

    assert notify("sh", "-c", long) == 7

    (card,) = hook.seen
    assert len(card.body) < 28_000


@pytest.mark.parametrize(
    ("addresses", "problem"),
    [
        ("", "APPRISE_URLS is empty"),
        ("jsons://127.0.0.1 nonsense://canary-secret", "APPRISE_URLS: entry 2 is not"),
        ("jsons://127.0.0.1,jsons://canary", "entry 1 is not an address of a known form: write spaces between"),
        ("https://127.0.0.1/canary", "jsons:// for the https:// of any webhook"),
    ],
)
def test_an_address_that_cannot_work_stops_before_the_command_and_is_not_shown(
    addresses: str, problem: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("APPRISE_URLS", addresses)

    assert notify("touch", str(tmp_path / "was-run")) == 1
    said = capsys.readouterr().err
    assert problem in said
    assert "canary" not in said
    assert not (tmp_path / "was-run").exists()


@contextmanager
def mailbox() -> Generator[tuple[int, list[str]]]:
    """Accept mail on 127.0.0.1 as far as RFC 5321 needs it, and keep the messages."""
    mails: list[str] = []

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline().decode().strip():
                if line.upper() == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    mails.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                self.wfile.write(b"250 done\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads, server.block_on_close = True, False
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.server_address[1], mails
        server.shutdown()


def test_teams_slack_and_mail_get_the_verdict_and_the_page_of_the_run_without_a_secret(
    hook: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CI_JOB_URL", "https://ci.example/jobs/1")
    token = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD"
    teams = hook.url.replace("https://", "workflows://") + "/workflow/signature/?image=no"
    with mailbox() as (port, mails):
        mail = f"mailto://127.0.0.1:{port}?from=ci@example.com&to=you@example.com&format=text"
        monkeypatch.setenv("APPRISE_URLS", f"{teams} {mail}")

        assert notify("sh", "-c", f"echo 'verdict: 2 differences'; echo token {token}; exit 7") == 7

    (card,) = [json.loads(each.body) for each in hook.seen]
    assert card["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    for text in (json.dumps(card), *mails):
        assert "verdict: 2 differences" in text
        assert "example/jobs/1" in text  # Teams gets markdown, in which the dots are escaped
        assert "ended with exit code 7" in text
        assert token not in text
    assert len(mails) == 1
