"""Which attributes reach HPE GreenLake. The defaults are step 5 of the blog post."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from stacks.fields import Section, Text

Action = Literal["create", "update", "delete"]
_FLOW_TYPES: dict[Action, str] = {"create": "Add", "update": "Update", "delete": "Delete"}


class AttributeMapping(Section):
    """One target attribute: its value comes from exactly one of source, constant and expression."""

    source: Text | None = None
    """An attribute of the Entra user or group, such as `userPrincipalName`."""

    constant: Text | None = None
    """The same text for everybody."""

    expression: Annotated[str, StringConstraints(min_length=1, max_length=10_000)] | None = None
    """A function, such as `Join(" ", [givenName], [surname])`."""

    matching: Annotated[int, Field(ge=1)] | None = None
    """Matching precedence: 1 finds the same user or group at HPE GreenLake first."""

    default: Text | None = None
    """Sent on creation if the source has no value."""

    only_on_create: bool = False
    """Apply the mapping only when the user or group is created."""

    @model_validator(mode="after")
    def _has_one_origin(self) -> "AttributeMapping":
        origins = [self.source, self.constant, self.expression]
        if len(origins) - origins.count(None) != 1:
            raise ValueError("needs exactly one of source, constant and expression")
        if self.constant is not None and self.matching is not None:
            raise ValueError("cannot match on a constant: everybody would be the same")
        return self

    def as_schema(self) -> dict[str, str | int]:
        """The mapping in the words of Microsoft Graph; what is not set is left out."""
        words = {"matching": "matchingPriority", "default": "defaultValue"}
        given = self.model_dump(exclude={"only_on_create"}, exclude_none=True)
        given |= {"flowType": "ObjectAddOnly"} if self.only_on_create else {}
        return {words.get(name, name): value for name, value in given.items()}


def _from_name(value: object) -> object:
    return {"source": value} if isinstance(value, str) else value


Attribute = Annotated[AttributeMapping, BeforeValidator(_from_name, json_schema_input_type=str | AttributeMapping)]
Attributes = dict[Text, Attribute]


class Clause(Section):
    """One condition of a scoping filter."""

    attribute: Text
    """The Entra attribute it looks at."""

    operator: Text
    """As the portal's scoping filters name it, such as `EQUALS` or `IS NOT NULL`."""

    values: tuple[Text, ...] = ()
    """What to compare with; none for `IS TRUE` and its like."""


class ObjectMapping(Section):
    """One object type: whether it is provisioned, which actions and objects, and its attributes."""

    required: ClassVar[str]

    enabled: bool = True
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]

    scope: tuple[tuple[Clause, ...], ...] = ()
    """Scoping filters: a list of lists of clauses. All clauses of one inner list must hold, and one list suffices."""

    source_attributes: tuple[Text, ...] = ()
    """Attributes of Entra to be added to those that mappings may use, such as a directory extension: see
    [extension-attributes.md](extension-attributes.md)."""

    target_attributes: tuple[Text, ...] = ()
    """Attributes of HPE GreenLake to be added, such as one of a SCIM extension, `urn:...:User:<name>`."""

    attributes: Attributes

    @model_validator(mode="after")
    def _can_be_provisioned(self) -> "ObjectMapping":
        if self.required not in self.attributes:
            raise ValueError(f"attributes must map {self.required}: SCIM requires it")
        precedences = [mapping.matching for mapping in self.attributes.values() if mapping.matching is not None]
        if not precedences:
            raise ValueError("attributes need one with matching: 1, or Entra cannot find what it made before")
        if len(precedences) != len(set(precedences)):
            raise ValueError("attributes must not share a matching precedence")
        return self

    def as_schema(self) -> dict[str, Any]:
        """The object mapping as the schema resource takes it."""
        return {
            "enabled": self.enabled,
            "flowTypes": [flow for action, flow in _FLOW_TYPES.items() if action in self.actions],
            "scope": [[clause.model_dump(mode="json") for clause in clauses] for clauses in self.scope],
            "attributeMappings": {target: mapping.as_schema() for target, mapping in self.attributes.items()},
            **({"sourceAttributes": list(self.source_attributes)} if self.source_attributes else {}),
            **({"targetAttributes": list(self.target_attributes)} if self.target_attributes else {}),
        }


def _attributes(sources: Mapping[str, str], matching: str) -> Attributes:
    return {
        target: AttributeMapping(source=source, matching=1 if target == matching else None)
        for target, source in sources.items()
    }


class UserMapping(ObjectMapping):
    """How users are provisioned."""

    required = "userName"

    enabled: bool = True
    """Always `true`: Entra provisions no groups without users."""

    actions: Annotated[tuple[Action, ...], Field(min_length=1)] = ("create", "delete")
    """Target Object Actions. As in the blog post without `update`; then a disabled user is not disabled at HPE
    GreenLake either."""

    attributes: Attributes = Field(
        default_factory=lambda: _attributes(
            {
                "userName": "userPrincipalName",
                "displayName": "displayName",
                "name.givenName": "givenName",
                "name.familyName": "surname",
            },
            matching="userName",
        )
    )
    """All target attributes, each with a source attribute's name or a map; replaces the default as a whole."""

    @field_validator("enabled")
    @classmethod
    def _stays_enabled(cls, enabled: bool) -> bool:
        if not enabled:
            raise ValueError("must be true: Entra provisions no groups without users")
        return enabled


class GroupMapping(ObjectMapping):
    """How groups are provisioned."""

    required = "displayName"

    enabled: bool = True
    """`false` provisions users only."""

    actions: Annotated[tuple[Action, ...], Field(min_length=1)] = ("create", "update", "delete")
    """Target Object Actions. Without `update`, members are neither added nor removed later."""

    attributes: Attributes = Field(
        default_factory=lambda: _attributes(
            {"displayName": "displayName", "externalId": "objectId", "members": "members"}, matching="displayName"
        )
    )
    """All target attributes, as for users."""


class Mappings(Section):
    """The attribute mappings of users and groups."""

    users: UserMapping = Field(default_factory=UserMapping)
    """How users are provisioned."""

    groups: GroupMapping = Field(default_factory=GroupMapping)
    """How groups are provisioned."""

    def as_schema(self) -> dict[str, Any]:
        """Both object types as the schema resource takes them, by their names in Entra."""
        return {"User": self.users.as_schema(), "Group": self.groups.as_schema()}
