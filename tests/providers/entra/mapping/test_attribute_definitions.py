"""Attributes that the directories of a schema do not define are named, with what to do, or added if declared."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from providers.entra.mapping.attribute_definitions import defined, definition_drift, undefined
from providers.entra.mapping.mappings import read_wanted
from providers.errors import StoppedError
from stacks.mappings import Mappings
from tests.providers.entra.default_schema import BLOG
from tests.providers.entra.test_synchronization_schema import VERBS, inputs, sent
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

pytestmark = pytest.mark.usefixtures("no_backoff", "settled_soon")

SKILLS = "extension_0123456789abcdef0123456789abcdef_SkillSet"
TARGET = "name.honorificPrefix"


def mapped(target: str, source: dict[str, Any], **declared: list[str]) -> dict[str, Any]:
    mappings: dict[str, Any] = copy.deepcopy(BLOG)
    mappings["User"]["attributeMappings"][target] = source
    mappings["User"] |= declared
    return mappings


def schema(application: Application) -> dict[str, Any]:
    return application.graph.get(f"{application.path}/schema").json()


@pytest.mark.parametrize(
    ("target", "source", "line"),
    [
        (
            "title",
            {"source": "userPrincipleName"},
            (
                "source attribute userPrincipleName of User is not defined (did you mean userPrincipalName?): "
                "correct it, or add it with mappings.users.sourceAttributes in the stack file "
                "(docs/extension-attributes.md)"
            ),
        ),
        ("title", {"source": SKILLS}, f"source attribute {SKILLS} of User is not defined: correct it, or add it with"),
        ("title", {"expression": f'Join(" [x] ", [givenName], [{SKILLS}])'}, f"source attribute {SKILLS} of User is"),
        (
            "urn:ietf:params:scim:schemas:extension:hpe:2.0:User:skillSet",
            {"source": "jobTitle"},
            "target attribute urn:ietf:params:scim:schemas:extension:hpe:2.0:User:skillSet of User is not defined: ",
        ),
        ("username", {"source": "mail"}, "target attribute username of User is not defined (did you mean userName?): "),
    ],
)
def test_an_attribute_that_is_not_defined_is_named_before_anything_is_sent(
    here: World, application: Application, target: str, source: dict[str, Any], line: str
) -> None:
    with pytest.raises(StoppedError) as caught:
        VERBS.create(inputs(application, mappings=mapped(target, source)))

    assert str(caught.value).startswith(f"Entra does not know what the attribute mappings name: {line}")
    assert len(str(caught.value).splitlines()) == 1
    assert not [each for each in sent(here) if each.startswith("PUT")]


def test_all_that_is_not_defined_is_named_at_once(application: Application) -> None:
    mappings = mapped("title", {"source": "first"})
    mappings["Group"]["attributeMappings"]["second"] = {"source": "displayName"}

    assert [line.split(" is not")[0] for line in undefined(schema(application), read_wanted(mappings))] == [
        "source attribute first of User",
        "target attribute second of Group",
    ]


def test_what_the_defaults_use_is_defined(application: Application) -> None:
    assert undefined(schema(application), read_wanted(BLOG)) == []


def test_a_schema_without_its_directories_proves_nothing_about_what_they_lack(application: Application) -> None:
    bare: dict[str, Any] = {**schema(application), "directories": []}

    assert undefined(bare, read_wanted(mapped("title", {"source": "anything"}))) == []


def test_a_declared_attribute_is_added_once(application: Application) -> None:
    wanted = read_wanted(mapped(TARGET, {"source": SKILLS}, sourceAttributes=[SKILLS], targetAttributes=[TARGET]))
    before = schema(application)

    complete = defined(before, wanted)

    assert list(definition_drift(before, wanted)) == [
        f"User source attribute {SKILLS} is not defined",
        f"User target attribute {TARGET} is not defined",
    ]
    assert list(definition_drift(complete, wanted)) == []
    assert undefined(complete, wanted) == []
    assert defined(complete, wanted) == complete
    assert before == schema(application)


def test_an_extension_attribute_flows_from_the_stack_file_to_greenlake(application: Application) -> None:
    user = application.new_user("ann@skills.example", **{SKILLS: "Welder"})
    application.assign(user)
    mappings = mapped(TARGET, {"source": SKILLS}, sourceAttributes=[SKILLS], targetAttributes=[TARGET])

    outs = VERBS.create(inputs(application, mappings=mappings))
    run(application)

    assert application.scim("Users")["ann@skills.example"]["name"]["honorificPrefix"] == "Welder"
    assert VERBS.read(outs)["drift"] == []
    assert not VERBS.diff(outs, inputs(application, mappings=mappings)).changes


def test_the_page_of_the_docs_is_true_from_its_stack_file_to_greenlake(application: Application) -> None:
    page = Path("docs/extension-attributes.md").read_text(encoding="utf-8")
    section = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0])["greenlake-scim:mappings"]
    who = re.findall(r"scimctl provision (\S+?)@", page)[0]
    found = application.graph.get("users", params={"$filter": f"mailNickname eq '{who}'"}).json()["value"]
    application.assign(found[0]["id"])
    application.as_in_the_blog()
    run(application)

    VERBS.create(inputs(application, mappings=Mappings.model_validate_json(json.dumps(section)).as_schema()))
    run(application)

    (seen,) = application.scim("Users").values()
    assert seen["name"]["honorificPrefix"] == "Welder"


def run(application: Application) -> None:
    application.graph.post(f"{application.path}/start").raise_for_status()
    application.cycle()


def test_a_definition_that_somebody_took_away_is_drift_that_an_update_heals(application: Application) -> None:
    wanted = inputs(application, mappings=mapped("title", {"source": SKILLS}, sourceAttributes=[SKILLS]))
    outs = VERBS.create(wanted)
    application.as_in_the_blog()
    changed = schema(application)
    for each in changed["directories"][0]["objects"]:
        each["attributes"] = [one for one in each["attributes"] if one["name"] != SKILLS]
    application.graph.put(f"{application.path}/schema", json=changed).raise_for_status()

    seen = VERBS.read(outs)

    assert f"User source attribute {SKILLS} is not defined" in seen["drift"]
    assert VERBS.update(seen, wanted)["drift"] == []
