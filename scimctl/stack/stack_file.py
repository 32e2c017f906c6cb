"""The stack file that adoption writes, and the one before it, which `--undo` puts back."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from providers.errors import ConfigurationError
from providers.masking import masked
from stacks.config import PLACEHOLDER, TENANT_KEY
from stacks.problems import encrypted, read_value

Json = dict[str, Any]

_FOLDER = Path("stacks")
_PROJECT = "greenlake-scim:"
_PLAIN = re.compile(r"[A-Za-z]([A-Za-z_.:-]*[A-Za-z_])?( [A-Za-z_]+)*")  # what no reader of YAML takes for a number
_HEAD = """\
# yaml-language-server: $schema=schema.json
# Taken over with `scimctl adopt` from the application {name}, which was set up by hand.
"""


class _Dumper(yaml.SafeDumper):
    """Quotes every text that some reader might take for something else, such as the group 12E4."""


def _text(_: _Dumper, text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=None if _PLAIN.fullmatch(text) else '"')


_Dumper.add_representer(str, _text)


@dataclass(frozen=True)
class StackFile:
    """The file of one stack; the one from before an adoption is kept beside it."""

    stack: str

    @property
    def path(self) -> Path:
        """Return where it is, from the project's folder."""
        return _FOLDER / f"Pulumi.{self.stack.rpartition('/')[2]}.yaml"

    @property
    def kept(self) -> Path:
        """Return where the file from before adoption is kept; an empty one means that there was none."""
        return self.path.with_name(f"{self.path.name}.before-adopt")

    @property
    def let_go(self) -> Path:
        """Return where an undo leaves the adopted file, since somebody may have edited it."""
        return self.path.with_name(f"{self.path.name}.adopted")

    def declared(self) -> Json:
        """Return the sections of this project as they are now. Raises ConfigurationError for what cannot be read."""
        sections = {section_name(key): _section(value) for key, value in self._config().items() if section_name(key)}
        for name, section in sections.items():
            if _is_encrypted(section):
                raise ConfigurationError(f"{self.path}: {next(encrypted([name]))}")
            if name not in ("protect", "adopted") and not isinstance(section, dict):
                raise ConfigurationError(f"{self.path}: {masked(name)} must be a map of keys and values")
        return sections

    def tenant_id(self) -> str:
        """Return the tenant that the file names, "" for none and for the placeholder of a shipped file."""
        written = self._config().get(TENANT_KEY)
        return written.lower() if isinstance(written, str) and written != PLACEHOLDER else ""

    @contextmanager
    def proposed(self, sections: Mapping[str, Any], application: str) -> Generator[Path]:
        """Write the sections beside the stack file for as long as they are looked at; all else is as it is now."""
        others = {key: value for key, value in self._config().items() if not section_name(key) and key != TENANT_KEY}
        ours = {name if name == TENANT_KEY else _PROJECT + name: value for name, value in sections.items()}
        document = {**self._document(), "config": {**ours, **others}}
        body = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
        beside = self.path.with_suffix(".proposed.yaml")
        beside.write_text(_HEAD.format(name=" ".join(application.split())) + body, encoding="utf-8")
        try:
            yield beside
        finally:
            beside.unlink(missing_ok=True)

    def replace_by(self, proposed: Path) -> None:
        """Write a proposed file and keep the one before it, or the kept one if that was adopted."""
        if not self.kept.exists() or not self.is_adopted:
            self.kept.write_text(self.text(), encoding="utf-8")
        proposed.replace(self.path)

    @property
    def is_adopted(self) -> bool:
        """Return whether an adoption wrote it. Raises ConfigurationError if it cannot be read."""
        return "adopted" in self.declared()

    def put_back(self) -> str:
        """Restore the file from before adoption, leave the adopted one beside it, and report it.

        The file from before is on the machine of the adoption alone; elsewhere the adopted one stays.
        """
        if not self.kept.exists():
            return (
                f"{self.path} stays as it is, because the file from before the adoption is on another machine: "
                "take it from git, or adopt again"
            )
        if self.path.exists():
            self.path.replace(self.let_go)
        before = self.kept.read_text(encoding="utf-8")
        if before:
            self.path.write_text(before, encoding="utf-8")
        self.kept.unlink()
        return f"{self.path} is as it was before; the adopted one, with later edits, is {self.let_go.name}"

    def check_adopted(self) -> None:
        """Raise ConfigurationError if nothing was adopted."""
        if not self.kept.exists() and not self.is_adopted:
            raise ConfigurationError(f"{self.path} has no section adopted: there is no adoption to undo")

    def text(self) -> str:
        """Return it with its line ends, "" if there is no file. Raises ConfigurationError if it is not UTF-8."""
        try:
            return self.path.read_bytes().decode() if self.path.exists() else ""
        except UnicodeDecodeError:
            raise ConfigurationError(f"{self.path} is not UTF-8 text: correct it first") from None

    def _document(self) -> Json:
        try:
            read: object = yaml.safe_load(self.text())
        except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that does not exist
            place = getattr(error, "problem_mark", None)
            line = f", line {place.line + 1}" if place else ""
            raise ConfigurationError(f"{self.path} is no YAML{line}: correct it first") from None
        return self._map(read, "the file")

    def _config(self) -> Json:
        return self._map(self._document().get("config"), "config")

    def _map(self, value: object, what: str) -> Json:
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in cast("dict[object, Any]", value)):
            raise ConfigurationError(f"{self.path}: {what} must be a map of keys and values: correct it first")
        return cast("Json", value)


def section_name(key: str) -> str:
    """Return the name of a section of this project, "" for a key of another; without a namespace it is ours."""
    return key.removeprefix(_PROJECT) if key.startswith(_PROJECT) or ":" not in key else ""


def _section(value: Any) -> Any:
    """Return a section as a map: nothing is an empty one, and it may be written as JSON text."""
    return {} if value is None else read_value(value) if isinstance(value, str) else value


def _is_encrypted(value: object) -> bool:
    """Return whether a value is, or holds at any depth, the map by which the engine marks an encrypted one."""
    if isinstance(value, dict):
        within = cast("dict[str, object]", value)
        return set(within) == {"secure"} or any(map(_is_encrypted, within.values()))
    return isinstance(value, list) and any(map(_is_encrypted, cast("list[object]", value)))
