"""What the engine's own preview saw: of each resource what is in state, what is really there, and what `up` would do.

The engine streams its events as JSON, a line each (`apitype.EngineEvent`); secrets are masked in them. A refresh comes
first: its `old` is the state and its `new` what was read, without one if the thing is gone.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from providers.entra.azuread_errors import recommended_action, type_of
from providers.masking import masked
from providers.state.types import SECRET_MARK
from scimctl.engine import engine

Json = Mapping[str, Any]

_STREAM = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"}
_WRAPPING = ("Preview failed: ", "Exception calling application: ")
# The engine's own last words, the third of a plugin that it had no time left to end in order: one that ends earlier
# makes a step fail, and that is the cause.
_NO_CAUSE = re.compile("preview failed|an unhandled error occurred: program exited|Detected that .* exited prematurely")
_UNRESOLVED = re.compile(
    r"(error: )?(access\.(groups|users): .*)"
)  # the program's last words, after all else is planned
_SHOWN = {"create-replacement": "replace", "delete-replaced": "replace", "discard-replaced": "replace"}


@dataclass(frozen=True)
class Seen:
    """One resource.

    `recorded` and `found` are outputs, `found` None if it is gone; `differs` names what a read found changed.
    `before` and `after` are inputs, of state and of the program; `planned` is the step of `up`, `outputs` are those
    that the program registers.
    """

    urn: str
    kind: str
    recorded: Json = field(default_factory=dict[str, Any], repr=False)
    found: Json | None = field(default=None, repr=False)
    differs: Sequence[str] = ()
    before: Json = field(default_factory=dict[str, Any], repr=False)
    after: Json = field(default_factory=dict[str, Any], repr=False)
    planned: str = "same"
    outputs: Json = field(default_factory=dict[str, Any], repr=False)

    @property
    def name(self) -> str:
        """Return what the program calls it."""
        return self.urn.rpartition("::")[2]

    @property
    def is_gone(self) -> bool:
        """Return whether state has it and reality has not."""
        return bool(self.recorded) and self.found is None


@dataclass(frozen=True)
class Preview:
    """The resources by URN, and the providers' messages, without repetitions and each a line.

    `unresolved` are the entries of the section access that Entra does not know, `counts` the steps of `up` by what is
    done, as the engine counts them.
    """

    resources: Mapping[str, Seen]
    said: Sequence[str]
    errors: Sequence[str]
    unresolved: Sequence[str] = ()
    counts: Mapping[str, int] = field(default_factory=dict[str, int])


def take(stack: str, *options: str, **environ: str) -> Preview:
    """Have the engine preview the stack, with `environ` beside our own; state is not written.

    Raises EngineError, a line a cause, but not for entries that are unresolved: all else was looked at.
    """
    arguments = ("preview", *options, "--json")
    done = engine.run(arguments, stack, **_STREAM, **environ)
    preview = read(done.stdout.splitlines())
    if preview.errors:
        raise engine.EngineError("\n".join((*preview.errors, *preview.unresolved)))
    if done.returncode != 0 and not preview.unresolved:
        raise engine.failed(arguments, done)
    return preview


def read(lines: Iterable[str]) -> Preview:
    """Read a stream of events; what is not an event is skipped."""
    resources: dict[str, Seen] = {}
    said: dict[str, None] = {}
    errors: dict[str, None] = {}
    unresolved: dict[str, None] = {}
    counts: Mapping[str, int] = {}
    for line in lines:
        event: Json = json.loads(line) if line.startswith("{") else {}
        summary: Json = event.get("summaryEvent") or {}
        counts = summary.get("resourceChanges") or counts
        of_resource: Json = event.get("resOutputsEvent") or event.get("resourcePreEvent") or {}
        step: Json = of_resource.get("metadata") or {}
        if step:
            urn = str(step["urn"])
            resources[urn] = _after(resources.get(urn) or Seen(urn, str(step["type"])), step)
        diagnostic: Json = event.get("diagnosticEvent") or {}
        message = str(diagnostic.get("message") or "")
        severity, sentence = diagnostic.get("severity"), _sentence(message)
        entries = [found[2] for each in message.splitlines() if (found := _UNRESOLVED.fullmatch(each.strip()))]
        if severity == "error" and entries:
            unresolved |= dict.fromkeys(_sentence(entry) for entry in entries)
        elif severity == "error" and not _NO_CAUSE.match(sentence):
            errors[sentence] = None
            action = recommended_action(type_of(str(diagnostic.get("urn") or "")), sentence)
            if action:
                errors[action] = None
        elif severity in ("info", "info#err", "warning") and sentence:
            said[sentence] = None
    return Preview(resources, list(said), list(errors), list(unresolved), counts)


def is_secret(value: object) -> bool:
    """Return whether the engine masked a value."""
    return isinstance(value, dict) and SECRET_MARK in value


def _after(seen: Seen, step: Json) -> Seen:
    old, new = (cast("Json", step.get(side) or {}) for side in ("old", "new"))
    if step["op"] == "refresh":
        found = new.get("outputs", {}) if new else None
        names = sorted(cast("Json", step.get("detailedDiff") or {}))
        return replace(
            seen, recorded=old.get("outputs", {}), before=old.get("inputs", {}), found=found, differs=tuple(names)
        )
    op = _SHOWN.get(step["op"], step["op"])
    planned = "replace" if seen.planned == "replace" else op
    return replace(seen, planned=planned, after=new.get("inputs", {}), outputs=new.get("outputs", {}))


def _sentence(message: str) -> str:
    """Return a diagnostic without what the engine and the SDK put before it, fit to be shown."""
    words = " ".join(message.split())
    for mark in ("info: ", "warning: ", "error: "):
        words = words.removeprefix(mark)
    for wrapping in _WRAPPING:
        words = words.rpartition(wrapping)[2]
    return masked(words).rstrip(": ")
