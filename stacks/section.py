"""What all sections of a stack file have in common, said once."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Section(BaseModel):
    """A map in a stack file: keys in camelCase, none unknown, no value turned into another type, fixed once read."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        use_attribute_docstrings=True,  # the sentence under a field is its entry in docs/configuration.md
    )
