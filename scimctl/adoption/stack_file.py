"""The stack file that adoption writes, and the one before it, which `--undo` puts back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from providers.errors import ConfigurationError

Json = dict[str, Any]

_FOLDER = Path("stacks")
_PROJECT = "greenlake-scim:"
_HEAD = """\
# yaml-language-server: $schema=schema.json
# Taken over with `scimctl adopt` from the application {name}, which was set up by hand.
"""


@dataclass(frozen=True)
class StackFile:
    """The file of one stack; before adoption it is kept beside itself."""

    stack: str

    @property
    def path(self) -> Path:
        """Return where it is, from the project's folder."""
        return _FOLDER / f"Pulumi.{self.stack.rpartition('/')[2]}.yaml"

    @property
    def kept(self) -> Path:
        """Return where the file from before adoption is kept; an empty one says that there was none."""
        return self.path.with_name(f"{self.path.name}.before-adopt")

    def declared(self) -> Json:
        """Return the sections of this project as they are now."""
        config = _config(self._document())
        return {key.removeprefix(_PROJECT): value for key, value in config.items() if key.startswith(_PROJECT)}

    def write(self, sections: Mapping[str, Any], application: str) -> None:
        """Replace the sections of this project and keep all else, the file as it was beside it."""
        before = self._text()
        document = self._document()
        others = {key: value for key, value in _config(document).items() if not key.startswith(_PROJECT)}
        document["config"] = {**{_PROJECT + name: value for name, value in sections.items()}, **others}
        if not self.kept.exists():
            self.kept.write_text(before, encoding="utf-8")
        body = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
        self.path.write_text(_HEAD.format(name=" ".join(application.split())) + body, encoding="utf-8")

    def put_back(self) -> None:
        """Restore the file from before adoption. Raises ConfigurationError where none is kept."""
        if not self.kept.exists():
            raise ConfigurationError(f"{self.kept} is not there: nothing was adopted here that could be undone")
        before = self.kept.read_text(encoding="utf-8")
        if before:
            self.path.write_text(before, encoding="utf-8")
        else:
            self.path.unlink(missing_ok=True)
        self.kept.unlink()

    def _text(self) -> str:
        return self.path.read_text(encoding="utf-8") if self.path.exists() else ""

    def _document(self) -> Json:
        try:
            read: object = yaml.safe_load(self._text())
        except yaml.YAMLError as error:
            place = getattr(error, "problem_mark", None)
            line = f", line {place.line + 1}" if place else ""
            raise ConfigurationError(f"{self.path} is no YAML{line}: correct it first") from None
        if read is not None and not isinstance(read, dict):
            raise ConfigurationError(f"{self.path} holds no map: correct it first")
        return cast("Json", read or {})


def _config(document: Json) -> Json:
    return cast("Json", document.get("config") or {})
