"""`./run scimctl` reads what is deployed: it starts nothing, and shows what to start."""

import json

from tests.launcher.clone import Clone


def test_what_is_deployed_to_a_sandbox_that_was_stopped_is_not_reported_as_gone(clone: Clone) -> None:
    checkpoint = clone.state / "pulumi" / ".pulumi" / "stacks" / "greenlake-scim" / "sandbox.json"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_text(json.dumps({"checkpoint": {"latest": {"resources": [{"urn": "urn"}]}}}))
    said = clone.run("scimctl", "status")
    assert (said.code, said.err) == (
        70,
        "run: the sandbox does not run: start it with `./run sandbox start`\n",
    )


def test_help_needs_no_sandbox(clone: Clone) -> None:
    said = clone.run("scimctl", "status", "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("usage: ./run scimctl status")
    assert not clone.state.exists()
