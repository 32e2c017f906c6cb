"""How Pulumi hands over a value of a stack file."""

import json
from typing import Any


def read_value(text: str) -> Any:
    """Return a value as it was written: structured ones and booleans arrive as JSON text, single words as they are."""
    try:
        return json.loads(text)
    except ValueError:
        return text
