"""A message counts as sent only if nothing in the answer reports that it did not arrive."""

import json

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from scimctl.commands.notify.answers import judging, refuses
from scimctl.commands.notify.notify import addressed, send
from tests.providers.tls_service import Service, Step, answer, reset
from tests.scimctl.conftest import webhook

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by what signs mail, on Python 3.11 and 3.12
OF_A_CONNECTOR = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"
REFUSALS = [  # by Slack, by a connector of Teams, by a sign-in or a proxy, by anybody
    "invalid_payload", "no_service", "no_text", "channel_not_found", "channel_is_archived", "action_prohibited",
    "user_not_found", "posting_to_general_channel_denied", "too_many_attachments", "team_disabled", "invalid_token",
    OF_A_CONNECTOR, "Summary or Text is required, bad payload: invalid", "Bad payload received by generic failure",
    "<!DOCTYPE html><html><title>Sign in</title></html>", "\n<html>", "Not found", "Error", "false",
    '{"ok": false}', '{"ok":false,"error":"not_in_channel"}', '{"success": false}', '{"Success": "False"}',
    '{"error": "nobody"}', '{"error": {"code": 7}}', '{"error": true}', '{"errors": [{"message": "x"}]}',
    '{"errcode": 310000, "errmsg": "keywords not in content"}', '{"errorMessage": "x", "errorType": "y"}',
    '{"status": "error"}', '{"status": 500}', '{"statusCode": "403", "body": ""}', '{"result": "failed"}',
    '{"accepted": 0}', '{"rejected": ["you@example.com"]}', '{"failures": 1}', '[{"errorCode": "X"}]', '"no_team"',
    '{"isError": true}', '{"hasErrors": true}', '{"is_ok": false}', '{"wasSent": "no"}',
    '{"delivered": false, "id": 7}', '{"code": 404, "message": "x"}', '{"type": "error"}', '{"exception": "x"}',
    "10 failed", "1 error, 0 accepted", "Message failed, 0 sent", "No error, but rejected", '{"success": 0, "id": 7}',
    '{"error": "No such user"}', '{"error": "not successful"}', '{"errmsg": "ok, but quota exceeded"}',
    '{"errorCode": "", "error": "nobody"}', '{"errors": {"to": ["is empty"]}}', '{"errorCode": "0", "failed": 2}',
    '{"error": {"code": null, "message": "x"}}', '{"errors": {"count": 2}}', '{"sent": 0, "queued": 0}',
    '{"sent": false}',
]  # fmt: skip
TAKEN = [  # by Slack, a connector, Discord with ?wait=true, n8n, DingTalk, Twilio, Google Chat, ntfy, webhook.site
    "", "ok", "OK", "1", "Accepted", "{}", "null", "true", "[]", "event_received", "0 errors", "no error", "no_error",
    '{"id": "1", "type": 0, "content": "drift: 2 errors, failed", "flags": 0, "tts": false, "pinned": false}',
    '{"message": "Workflow was started"}', '{"errcode": 0, "errmsg": "ok"}', '{"ok": true, "warning": "superfluous"}',
    '{"error_code": null, "error_message": null, "status": "queued"}', '{"name": "spaces/x", "text": "error"}',
    '{"id": "x", "event": "message", "title": "prod: drift ended with exit code 7", "message": "invalid: failed"}',
    '{"json": {"error": "of ours"}, "data": "error"}', '{"status": "success", "code": 200, "errors": []}',
    '{"isError": false}', '{"hash": "x", "island": false}',
    '{"error": ""}', '{"error": false}', '{"success": true, "error": "none"}', '{"failed": 0, "rejected": []}',
    "This URL has no default content configured.", "Thank you!", '{"result": "Request will be processed"}',
    "Message accepted, 0 failed", "sent: 1, failed: 0", "errors=0", "Errors: none", "1 sent,0 failed",
    "Delivered without any errors.", "no_error_found",
    '{"errorMessage": "No error"}', '{"errmsg": "Success."}', '{"errmsg": "Message sent successfully"}',
    '{"errorCode": "0000"}', '{"errorCode": 0, "errorMessage": "Accepted"}', '{"errorCode": 200, "errmsg": "OK"}',
    '{"error": {"code": 0, "message": ""}}', '{"error": {"code": 0, "message": "Accepted", "details": []}}',
    '{"errors": {"count": 0}}', '{"error": {}}', '{"sent": 0, "queued": 1}', '{"accepted": "0", "queued": "2"}',
    "0 messages failed", '{"isError": 0, "errorMessage": "none"}',
]  # fmt: skip


@pytest.mark.parametrize("body", REFUSALS)
def test_a_body_that_reports_a_failure_is_a_refusal_whatever_the_status(body: str) -> None:
    assert refuses(body)


@pytest.mark.parametrize("body", TAKEN)
def test_a_body_that_reports_success_or_nothing_or_that_repeats_the_message_is_accepted(body: str) -> None:
    assert not refuses(body)


@given(st.text())
def test_a_service_that_repeats_the_message_in_other_fields_has_taken_it(text: str) -> None:
    assert not refuses(json.dumps({"title": text, "message": text, "text": text, "data": {"error": text}}))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_judged_and_a_flag_that_is_false_is_never_overruled(value: object) -> None:
    assert refuses(json.dumps(value)) in (True, False)
    assert refuses(json.dumps({"more": value, "ok": False}))


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (answer(200, b"invalid_payload"), "JSON did not take the message (200 invalid_payload): "),
        (answer(200, OF_A_CONNECTOR.encode()), "JSON did not take the message (200 with an error): "),
        (answer(200, {"ok": False, "error": "not_in_channel"}), "JSON did not take the message (200 not_in_channel): "),
        (answer(302, b"", Location="/sign-in"), "JSON did not take the message (302): "),
        (answer(200, b"<!doctype html><p>s3cr3t"), "JSON did not take the message (200 with an error): "),
        (answer(403, {"error": {"code": "Forbidden"}}), "JSON did not take the message (403 Forbidden): "),
        (reset, "JSON did not take the message (ConnectionError): "),
    ],
)
def test_a_message_that_did_not_arrive_is_not_sent_and_the_line_has_the_services_own_code(
    step: Step, why: str, hook: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = addressed(webhook(hook))
    hook.answers(step)

    assert send(targets, "title", "text") == targets

    err = capsys.readouterr().err
    assert f"scimctl: {why}the next run sends it again\n" in err
    assert "s3cr3t" not in err
    assert len(hook.seen) <= 1


@pytest.mark.parametrize("printed", ["", "\n", " \n\t\n"])
def test_a_command_that_prints_nothing_has_its_message_too(
    printed: str, hook: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_RUN_ID", "BUILD_BUILDID", "CI_JOB_URL"):
        monkeypatch.delenv(name, raising=False)

    assert send(addressed(webhook(hook)), "doctor: resolved", printed) == []

    assert [json.loads(each.body)["message"] for each in hook.seen] == ["it printed nothing"]


@pytest.mark.parametrize("found", [answer(302, b"", Location="/moved"), answer(200, b"<html>"), answer(404)])
def test_what_a_service_is_asked_before_the_message_is_not_judged(found: Step, hook: Service) -> None:
    hook.answers(found, answer(200, b"<html>"))
    with judging(by_get=False):
        assert requests.get(hook.url, timeout=10).status_code in (200, 404)
        hook.answers(answer(200, b"<html>"))
        with pytest.raises(requests.RequestException):
            requests.post(hook.url, timeout=10)


@pytest.mark.parametrize(
    ("steps", "is_sent"),
    [
        ([answer(302, b"", Location="/moved"), answer(200, b"ok")], True),
        ([answer(200, b"ok")], True),
        ([answer(200, {"ok": False})], False),
        ([answer(302, b"", Location="/sign-in"), answer(200, b"<html>")], False),
    ],
)
def test_a_message_that_the_address_sends_by_get_is_judged_by_its_last_answer(
    steps: list[Step], is_sent: bool, hook: Service
) -> None:
    targets = addressed(f"{webhook(hook)}?method=GET")
    hook.answers(*steps)
    assert send(targets, "title", "text") == ([] if is_sent else targets)


@pytest.mark.parametrize("step", [answer(200, b"ok"), answer(202, b""), answer(204, b""), answer(200, {"ok": True})])
def test_a_message_that_was_taken_is_sent_and_other_requests_are_not_judged(step: Step, hook: Service) -> None:
    hook.answers(step)
    assert send(addressed(webhook(hook)), "title", "text") == []

    hook.answers(answer(200, {"ok": False}))
    assert requests.get(hook.url, timeout=10).json() == {"ok": False}
