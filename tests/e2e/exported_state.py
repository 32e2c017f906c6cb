"""A state that an earlier commit wrote, made that of a workspace of today: its ids, addresses and times are swapped.

    pulumi stack export --show-secrets | python -m tests.e2e.exported_state > tests/e2e/states/NAME.json

keeps the state of a stack of the sandbox for later commits, with every secret replaced.
"""

import json
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from tests.e2e.workspace import Workspace

Json = dict[str, Any]

FOLDER = Path(__file__).parent / "states"
# What belongs to a world and not to a version: an id, an address, a time, and everything that follows from a token.
_OF_A_WORLD = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|127\.0\.0\.1|^\d{4}-\d\d-\d\dT|^sandbox-")
_OF_A_TOKEN = re.compile(r"fingerprint|digest|token$|^plaintext$")
_TOKEN = re.compile(r"(?=.*\d)[\w.-]{20,}")  # no letter that JSON escapes; no address and no name of a setting
_SECRET = "4dabf18193072939515e22adb298388d"  # the key that marks a special value, such as a secret


def exported(workspace: Workspace) -> Json:
    """Export the stack with its secrets in clear, which only a test may."""
    found: Json = json.loads(workspace.pulumi("stack", "export", "--show-secrets", "--stack", workspace.stack).text)
    return found


def put_in_place(workspace: Workspace, name: str) -> None:
    """Let the workspace, which is deployed, have the state of that file, as if the commit of then had deployed it."""
    text, present = (FOLDER / f"{name}.json").read_text(encoding="utf-8"), exported(workspace)
    for old, new in _swaps(json.loads(text), present):
        text = text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])
    then: Json = json.loads(text)
    then["deployment"]["secrets_providers"] = present["deployment"]["secrets_providers"]  # encrypts what is in clear
    file = workspace.root / "exported.json"
    file.write_text(json.dumps(then), encoding="utf-8")
    imported = workspace.pulumi("stack", "import", "--stack", workspace.stack, "--file", str(file))
    file.unlink()
    assert imported.code == 0, imported.text
    _save_as_then(workspace, then)


def _save_as_then(workspace: Workspace, then: Json) -> None:
    """Save in Entra the credentials that the state has: today's may have settings that were not declared then."""
    (secret,) = [each for each in then["deployment"]["resources"] if "SynchronizationSecret" in each["type"]]
    credentials = json.loads(secret["inputs"]["credentials"]["plaintext"])
    with workspace.world.graph("admin_client") as graph:
        path = f"{secret['id'].strip('/')}/synchronization/secrets"
        graph.put(path, json={"value": credentials}).raise_for_status()


def _swaps(then: Json, today: Json) -> list[tuple[str, str]]:
    """Pair what belongs to the world of then with the same of today, longest first: one may be a part of another."""
    pairs: dict[str, str] = {}
    theirs, ours = (_by_type(each["deployment"]["resources"]) for each in (then, today))
    for kind in theirs.keys() & ours.keys():
        for old, new in zip(theirs[kind], ours[kind], strict=True):
            pairs |= dict(_differing(old, new))
    return sorted(pairs.items(), key=lambda pair: -len(pair[0]))


def _by_type(resources: list[Json]) -> dict[str, list[Json]]:
    ordered = sorted(resources, key=lambda each: str(each["type"]))
    return {kind: list(each) for kind, each in groupby(ordered, key=lambda each: str(each["type"]))}


def _differing(old: object, new: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        was, is_now = cast("Json", old), cast("Json", new)
        for key in was.keys() & is_now.keys() - {
            "urn",
            "__provider",
            "__meta",
            _SECRET,
            "credentials",
        }:  # parts of these are swapped
            yield from _differing(was[key], is_now[key], key)
    elif isinstance(old, list) and isinstance(new, list):
        for each in zip(cast("list[object]", old), cast("list[object]", new), strict=False):
            yield from _differing(*each, name)
    elif isinstance(old, str) and isinstance(new, str) and old and new and old != new and not old.startswith("urn:"):
        yield from [(old, new)] if _OF_A_WORLD.search(old) or _OF_A_TOKEN.search(name) else []


def without_secrets(text: str) -> str:
    """Return an export with a made-up text for each token, in clear, so that no passphrase belongs to it."""
    found: Json = json.loads(text)
    found["deployment"].pop("secrets_providers", None)
    for each in found["deployment"]["resources"]:
        for place in ("sourcePosition", "stackTrace"):  # of the machine that made it
            each.pop(place, None)
    kept = json.dumps(found, indent=1, sort_keys=True) + "\n"
    tokens = sorted({value for value in _secrets(found) if isinstance(value, str) and _TOKEN.fullmatch(value)})
    for number, token in enumerate(tokens):
        kept = kept.replace(token, f"token-of-then-{number}")
    return kept


def _secrets(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        within = cast("Json", value)
        if _SECRET in within and "plaintext" in within:
            yield from _leaves(json.loads(within["plaintext"]))
        else:
            for name, each in within.items():
                yield from () if name == "__provider" else _secrets(each)  # a name of code, encrypted by the SDK
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _secrets(each)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        parts = cast("Json", value).values() if isinstance(value, dict) else cast("list[object]", value)
        for each in parts:
            yield from _leaves(each)
    else:
        yield value


if __name__ == "__main__":
    sys.stdout.write(without_secrets(sys.stdin.read()))
