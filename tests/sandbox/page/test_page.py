"""The page over HTTP: what it shows, how little it sends while nothing happens, and that no secret is ever in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx

from sandbox.core.http.addressing import fingerprint
from tests.sandbox.driver import World, running
from tests.sandbox.greenlake.workspace import PROXY_TOKEN
from tests.sandbox.page.conftest import Shown

STATIC = Path(__file__).parents[3] / "sandbox" / "page" / "static"
WINDOW = 10  # characters of a secret in a row that must appear nowhere


def test_after_a_cycle_users_and_groups_are_in_step_with_their_members(shown: Shown) -> None:
    assert "differs:" not in shown.get().text


def test_without_a_world_it_shows_how_to_make_one_and_with_one_it_goes_there(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox, httpx.Client(base_url=sandbox.page) as http:
        assert "./run up" in http.get("/").text
        sandbox.make_world("alone")
        assert http.get("/").headers["location"] == "/worlds/alone"
        alone = http.get("/worlds/alone").text
        assert "No provisioning job" in alone
        assert "All worlds" not in alone
        sandbox.make_world("another")
        assert "All worlds" in http.get("/worlds/alone").text
        listed = http.get("/").text
        assert 'href="/worlds/alone"' in listed
        assert "another.onmicrosoft.com" in listed


def test_a_world_that_does_not_exist_is_404(shown: Shown) -> None:
    assert shown.http.get("/worlds/never").status_code == 404
    assert shown.http.get("/worlds/never/changes").status_code == 404
    assert shown.press("never").status_code == 404


def test_every_section_shows_what_was_provisioned(shown: Shown) -> None:
    text = shown.get().text
    for words in (
        "Provisioning is on",
        "3 of 3 users and groups in GreenLake",
        f"token {fingerprint(shown.application.token)} is live",
        "in Entra",
        "last push",
        "in step",
        "[userPrincipalName]",
        "create: success",
        "EntryExportAdd",
        "/v1alpha1/scimproxy/Users",
    ):
        assert words in text, words


def _seen(text: str) -> str:
    found = re.search(r'id="seen" name="seen" value="([^"]+)"', text)
    assert found
    return found[1]


def test_a_page_that_has_seen_everything_gets_204_and_later_only_what_changed(shown: Shown) -> None:
    seen = _seen(shown.get().text)
    assert shown.get(f"/changes?seen={seen}").status_code == 204
    shown.press("change-mapping")
    news = shown.get(f"/changes?seen={seen}")
    changed = set(re.findall(r'<\w+ id="(\w+)" hx-swap-oob="morph"', news.text))
    assert changed >= {"headline", "directories", "mappings"}
    assert not changed & {"counters", "job", "buttons", "log", "requests"}
    assert shown.get(f"/changes?seen={_seen(news.text)}").status_code == 204


def test_looking_at_the_page_is_not_a_request_of_the_world(shown: Shown) -> None:
    before = shown.application.last_request()
    shown.get()
    shown.get("/changes?seen=")
    assert shown.application.last_request() == before


def test_pushes_and_those_that_failed_are_counted(shown: Shown) -> None:
    shown.application.world.fail({"service": "scim", "client": "engine", "status": 503})
    shown.application.cycle()
    assert re.search(r'class="bad"><dt>failed pushes</dt><dd>1<', shown.get().text)


def test_a_refused_token_of_the_program_is_not_a_failed_push(shown: Shown) -> None:
    application = shown.application
    failed = re.compile(r"<dt>failed pushes</dt><dd>(\d+)<")
    before = failed.findall(shown.get().text)
    application.save(application.workspace.rotate(remove_current="true"))
    application.test()
    assert not application.workspace.accepts(application.token)
    row = re.compile(r'<tr id="request-\d+"([^>]*)>.*401 <span class="tag ">refused<.*').search(shown.get().text)
    assert row
    assert fingerprint(application.token) in row[0]
    assert row[1] == ""
    assert failed.findall(shown.get().text) == before


def test_tokens_have_fingerprints_and_no_numbers_which_only_the_program_counts(shown: Shown) -> None:
    application = shown.application
    workspace = application.workspace
    workspace.call("DELETE", PROXY_TOKEN, workspace.bearer()).raise_for_status()
    again = workspace.create()
    text = shown.get().text
    assert f'id="token-{fingerprint(again)}"' in text
    assert "generation" not in text.lower()


def test_people_who_come_and_go_are_announced_until_they_stay(shown: Shown) -> None:
    for name, is_said in (("busy", True), ("calm", False)):
        shown.press(name)
        text = shown.get().text
        assert ("; people come and go" in text) == is_said
        assert ("5 people leave and 5 enter before each cycle" in text) == is_said
        assert ('<button id="break-busy" aria-current="true">' in text) == is_said


def test_commands_are_shown_as_code(shown: Shown) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
    told = shown.http.post(f"{shown.path}/break/pause", headers=headers).text
    assert "<code>./run up --refresh</code> repairs it" in told
    assert "`" not in told + shown.get().text


def test_names_are_escaped(shown: Shown) -> None:
    user = shown.application.new_user(displayName="<script>alert(1)</script>")
    shown.application.add_member(shown.group, user)
    text = shown.get().text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text


def _secrets(world: World, *tokens: str) -> Iterator[str]:
    yield from (world.about[f"{client}_secret"] for client in ("client", "admin_client", "iam_client"))
    yield from (world.sandbox.key, world.sign_in(), world.bearer(), *tokens)


def test_no_part_of_a_secret_is_in_any_answer(shown: Shown) -> None:
    application, world = shown.application, shown.application.world
    canary = "canary-4f8c1e6b7d2a9035"
    new = application.workspace.rotate()
    secrets = [canary, *_secrets(world, application.token, new)]
    assert application.workspace.accepts(application.token)
    application.save(new)
    application.test()
    application.cycle()
    login = f"{world.sandbox.entra}/{world.about['tenant_id']}/oauth2/v2.0/token"
    world.sandbox.http.post(f"{login}?client_secret={canary}&access_token={new}")
    answers = [shown.get(), shown.get("/changes?seen="), shown.http.get("/")]
    answers += [shown.press(name) for name in ("overwrite-secret", "overwrite-secret", "delete-token", "never")]
    answers += [shown.http.get(f"/static/{path.name}") for path in STATIC.iterdir()]
    answers += [shown.get("?pressed=overwrite-secret"), shown.get()]
    text = "\n".join(f"{answer.headers}\n{answer.text}" for answer in answers)
    assert "client_secret=…" in text
    for secret in secrets:
        parts = [secret[start : start + WINDOW] for start in range(len(secret) - WINDOW)]
        assert not [part for part in parts if part in text]
