"""The schema that a new job starts with, kept as data: 22 user mappings, 3 group mappings, and both directories.

Built from documented pieces, not captured from a tenant, and smaller than a real one. Two jobs of the real service have
different directory ids; here they are the same.
"""

import json
from functools import lru_cache
from pathlib import Path

from sandbox.core.store import Document


@lru_cache(maxsize=1)
def _text() -> str:
    return (Path(__file__).with_name("default_schema.json")).read_text()


def default_schema(schema_id: str) -> Document:
    """Return a fresh copy with this id."""
    return {"id": schema_id, **json.loads(_text())}
