"""`python -m ci.reports.preview_section STACK`: preview a stack and print markdown for a pull request; 1 if it failed.

Values of secrets are not in it: the engine masks them, and what looks like a token is masked once more.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from ci.running import run
from providers.errors import ProvisioningError
from providers.masking import masked
from providers.resource_types import ASSIGNMENT
from providers.timestamps import now
from scimctl.commands.drift.differences import Difference, differences, labels_of, subject
from scimctl.engine import preview
from scimctl.engine.preview import Preview, Seen, is_secret
from scimctl.stack.stack import Stack, read_stack
from scimctl.terminal import markdown

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # what the engine writes for a value that is known after the run only
_HIDDEN = ("__provider",)
_MOST = 20  # changed properties of one resource
_QUIET = ("same", "read", "refresh")


def section(stack: str, taken: Preview, found: Sequence[Difference]) -> str:
    """Return what an `up` would do, what is not as declared, and the messages of the providers."""
    planned = [each for each in taken.resources.values() if each.planned not in _QUIET]
    counts = {step: sum(each.planned == step for each in planned) for step in sorted({one.planned for one in planned})}
    verdict = ", ".join(f"{count} to {step}" for step, count in counts.items()) or "no changes"
    ends = ", and it ends with an error" if taken.unresolved else ""
    lines = [f"### Stack {markdown.code(stack)}: {verdict}{ends}"]
    if planned:
        labels = labels_of(list(taken.resources.values()))
        names = [subject(each, labels) if each.kind == ASSIGNMENT else each.name for each in planned]
        rows = [[each.planned, markdown.code(name), _cell(each)] for each, name in zip(planned, names, strict=True)]
        lines += ["", *markdown.table(["Step", "Resource", "What changes"], rows)]
    if found:
        rows = [[each.kind.value, each.place, markdown.code(each.what)] for each in found]
        lines += ["", "Not as declared:", "", *markdown.table(["", "Where", "Difference"], rows)]
    if taken.said:
        lines += ["", "The program reports:", "", *(f"- {markdown.code(sentence)}" for sentence in taken.said)]
    return "\n".join(lines) + "\n"


def not_as_declared(stack: Stack, taken: Preview) -> list[Difference]:
    """Return the differences; of a stack that was never deployed completely everything would be one."""
    return differences(taken, stack.config, now()) if stack.is_deployed else []


def failed(stack: str, error: ProvisioningError) -> str:
    """Return what to show if no preview could be made."""
    lines = [f"- {markdown.code(masked(line))}" for line in str(error).splitlines()]
    return "\n".join([f"### Stack {markdown.code(stack)}: the preview failed", "", *lines]) + "\n"


def changes(before: object, after: object, path: str = "") -> Iterator[tuple[str, str, str]]:
    """List the properties that differ, with both values; of a secret only that it is one."""
    was, will = _properties(before), _properties(after)
    if was is not None and will is not None:
        for name in sorted({*was, *will} - {*_HIDDEN}):
            yield from changes(was.get(name), will.get(name), f"{path}.{name}" if path else name)
    elif before != after:
        yield path, _shown(before), _shown(after)


def _properties(value: object) -> Mapping[str, object] | None:
    """Return the properties of a value that has any and is not a secret."""
    if not isinstance(value, dict) or is_secret(cast("object", value)):
        return None
    return cast("Mapping[str, object]", value)


def _cell(seen: Seen) -> str:
    if seen.planned != "update":
        return ""
    found = list(changes(seen.before, seen.after))
    shown = [f"{markdown.code(path)}: {markdown.code(was)} to {markdown.code(to)}" for path, was, to in found[:_MOST]]
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return "<br>".join(shown + more) or "what follows from the others, or a secret"


def _shown(value: object) -> str:
    if is_secret(value):
        return "[secret]"
    if value == _UNKNOWN:
        return "known after the run"
    return masked("not set" if value is None else str(value))


def main(arguments: list[str]) -> int:
    """Preview, judge and print."""
    (stack,) = arguments
    try:
        known = read_stack(stack)
        taken = preview.take(stack, "--refresh")
    except ProvisioningError as error:
        sys.stdout.write(failed(stack, error))
        return 1
    sys.stdout.write(section(stack, taken, not_as_declared(known, taken)))
    return 1 if taken.unresolved else 0


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.reports.preview_section STACK"))
