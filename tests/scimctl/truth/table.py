"""Reads `table.yaml`: what scimctl prints in each state of the world, and why."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Cell:
    """What one command prints in one state."""

    code: int
    line: str
    why: str


_READ: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
LOOKS_AT: dict[str, str] = {command: about["looks at"] for command, about in _READ["commands"].items()}
HEALTHY = {command: Cell(*about["healthy"]) for command, about in _READ["commands"].items()}
HEADERS: dict[str, str] = {state: row.pop("header", _READ["header"]) for state, row in _READ["states"].items()}
HAPPENED: dict[str, str] = {state: row.pop("happened") for state, row in _READ["states"].items()}
ONLY_IN_FULL = {state for state, row in _READ["states"].items() if row.pop("only in full", False)}
_CAUSES: dict[str, str] = {state: row.pop("cause", state) for state, row in _READ["states"].items()}
TABLE: dict[str, dict[str, Cell]] = {
    state: {command: Cell(*cell) for commands, cell in row.items() for command in commands.split(", ")}
    for state, row in _READ["states"].items()
}


def cell(state: str, command: str) -> Cell:
    """Return what a command prints in a state."""
    return TABLE[state].get(command) or HEALTHY[command]


def cause(state: str) -> str:
    """Return what has happened, by one name for states that nobody can distinguish."""
    return _CAUSES[state]
