"""What a reviewer sees of a preview: steps and properties with their values, never a secret's."""

from ci.reports.preview_section import changes, not_as_declared, section
from providers.resource_types import ASSIGNMENT, ASSIGNMENTS, STATUS
from scimctl.engine.preview import Preview, Seen
from scimctl.stack.stack import Stack
from stacks.config import StackConfig

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
TOKEN = "sps_1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P"


def test_a_change_is_reported_by_its_path_with_both_values() -> None:
    before = {"mappings": {"User": {"enabled": True}}, "status": "on"}
    after = {"mappings": {"User": {"enabled": False}}, "status": "on", "every": "60d"}

    assert list(changes(before, after)) == [("every", "not set", "60d"), ("mappings.User.enabled", "True", "False")]


def test_of_a_secret_only_that_it_is_one_is_reported() -> None:
    assert list(changes({"token": SECRET}, {"token": None})) == [("token", "[secret]", "not set")]


def test_what_looks_like_a_token_is_masked_wherever_it_stands() -> None:
    seen = Seen("urn::status", "kind", before={"note": TOKEN}, after={"note": f"Bearer {TOKEN}"}, planned="update")
    text = section("prod", Preview({seen.urn: seen}, [], []), [])

    assert TOKEN not in text
    assert "| update | `status` | `note`: `[...]` to `Bearer [...]` |" in text


def test_an_identifier_of_the_tenant_is_not_a_secret() -> None:
    guid = "fba79e8b-ddb5-5b0f-a4a6-7c2e745f44e7"

    assert list(changes({"id": guid}, {"id": ""})) == [("id", guid, "")]


def test_a_resource_with_many_changes_shows_the_first_and_counts_the_rest() -> None:
    seen = Seen("urn::status", "kind", after={f"p{number:02}": "1" for number in range(23)}, planned="update")

    assert "<br>and 3 more |" in section("prod", Preview({seen.urn: seen}, [], []), [])


def test_the_first_preview_of_a_stack_calls_nothing_changed_since_an_up_that_was_never_made() -> None:
    planned = Seen("urn:pulumi:dev::p::T::status", STATUS, planned="create", after={"status": "on"})
    taken = Preview({planned.urn: planned}, [], [])

    assert not_as_declared(Stack("dev", StackConfig.model_construct(), []), taken) == []


def test_an_assignment_is_shown_by_the_name_of_its_group() -> None:
    names = Seen("urn::access", ASSIGNMENTS, outputs={"principals": {"b4ad3cda": "group Admins"}})
    made = Seen("urn::group b4ad3cda", ASSIGNMENT, planned="create")
    left = Seen("urn::group 0c0ffee0", ASSIGNMENT, recorded={"principalDisplayName": "Viewers"}, planned="delete")

    text = section("prod", Preview({each.urn: each for each in (names, made, left)}, [], []), [])

    assert "| create | `group Admins` |" in text
    assert "| delete | `group Viewers` |" in text


def test_a_name_that_state_lacks_is_shown_by_its_id() -> None:
    names = Seen("urn::access", ASSIGNMENTS, outputs={"principals": {"b4ad3cda": None}})
    made = Seen("urn::group b4ad3cda", ASSIGNMENT, planned="create")
    assert "| create | `group b4ad3cda` |" in section(
        "prod", Preview({each.urn: each for each in (names, made)}, [], []), []
    )
