"""A resource provider as the engine calls it: over JSON, and never with its arguments changed."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult

from providers.state.schema import StateSchema

Properties = dict[str, Any]

BEFORE_VERSIONS = Path(__file__).parents[1] / "e2e" / "states" / "1-before-schema-versions.json"


@dataclass(frozen=True)
class Verbs:
    """The verbs of one provider; whatever comes back fits into a state file."""

    provider: ResourceProvider

    def check(self, news: Properties) -> CheckResult:
        return self._called(self.provider.check, {}, news)

    def diff(self, olds: Properties, news: Properties) -> DiffResult:
        return self._called(self.provider.diff, "an-id", olds, news)

    def create(self, props: Properties) -> Properties:
        return self.created(props).outs or {}

    def created(self, props: Properties) -> CreateResult:
        return self._called(self.provider.create, props)

    def update(self, olds: Properties, news: Properties) -> Properties:
        done: UpdateResult = self._called(self.provider.update, "an-id", olds, news)
        return done.outs or {}

    def read(self, props: Properties) -> Properties:
        return self.looked(props).outs or {}

    def looked(self, props: Properties) -> ReadResult:
        return self._called(self.provider.read, "an-id", props)

    def delete(self, props: Properties) -> None:
        self._called(self.provider.delete, "an-id", props)

    def _called(self, verb: Callable[..., Any], *arguments: Any) -> Any:
        handed = [as_wired(argument) for argument in arguments]
        before = copy.deepcopy(handed)
        try:
            result = verb(*handed)
        finally:
            assert handed == before, "the verb changed its arguments"
        json.dumps(getattr(result, "outs", None))
        return result


def as_wired(value: Any) -> Any:
    """Return a value as it comes over the engine's wire: numbers as floats, and no entry that is None."""
    if isinstance(value, dict):
        return {key: as_wired(each) for key, each in value.items() if each is not None}  # pyright: ignore[reportUnknownVariableType] - JSON
    if isinstance(value, list):
        return [as_wired(each) for each in value]  # pyright: ignore[reportUnknownVariableType] - JSON
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def older(schema: StateSchema, props: Mapping[str, Any]) -> Properties:
    """Return properties as the commit before versions laid them down, of which a state is kept."""
    kept = kept_of(schema)
    return {name: value for name, value in props.items() if name in {*kept["inputs"], *kept["outputs"]}}


def kept_of(schema: StateSchema) -> Properties:
    """Return the resource of a kind in the state that is kept."""
    exported: Properties = json.loads(BEFORE_VERSIONS.read_text(encoding="utf-8"))
    (kept,) = [each for each in exported["deployment"]["resources"] if each["type"].endswith(f":{schema.resource}")]
    return kept
