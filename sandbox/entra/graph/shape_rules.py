"""The shape that a request's JSON must have, stated as an example of types: what has another is 400, as at Graph. Pure.

A type, a list with the shape of every element, or an object with the shapes of its properties, of which each may be
absent or null; properties that are not named may be anything.
"""

from sandbox.core.json_types import is_list, is_object
from sandbox.entra.graph.errors import GraphError

Shape = type | list["Shape"] | dict[str, "Shape"]


def expect(value: object, shape: Shape, name: str = "body") -> None:
    """Raise GraphError 400 if a value has another shape; the message names the first place."""
    if value is None:
        return
    if is_list(shape) and is_list(value):
        for one in value:
            if one is None:
                raise _unexpected(name)
            expect(one, shape[0], name)
    elif is_object(shape) and is_object(value):
        for key, inner in shape.items():
            expect(value.get(key), inner, key)
    elif not isinstance(shape, type) or type(value) is not shape:
        raise _unexpected(name)


def kind_of(value: object) -> type:
    """Return the type that a value in this one's place must have."""
    return type(value)


def _unexpected(name: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Unable to read JSON request payload: '{name}' is not of the expected type.")
