"""Generates what editors know of fleet.yaml: `python -m scimctl.fleet.schema` writes stacks/fleet.schema.json."""

import json
from pathlib import Path

from scimctl.fleet.fleet_file import FleetFile
from stacks.reference import describe

describe()
FILE = Path("stacks") / "fleet.schema.json"


def text() -> str:
    """Return the JSON Schema of the file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **FleetFile.model_json_schema()}
    return json.dumps({**schema, "title": "A fleet of greenlake-scim"}, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
