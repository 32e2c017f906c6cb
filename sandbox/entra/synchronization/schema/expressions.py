"""The helpers of Graph's mapping editor: parse and try an expression, list the functions and the scope operators."""

from collections.abc import Mapping

from starlette.responses import Response

from sandbox.core.store import Document
from sandbox.entra.graph.calls import Call, Routes, collection, entity
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import READ_SYNCHRONIZATION
from sandbox.entra.graph.shape_rules import Shape, expect
from sandbox.entra.synchronization.schema.schema_calls import SCHEMA, TEMPLATE_SCHEMA, schema_context, schema_of
from sandbox.provisioning.mapping.expression import PARAMETERS, ExpressionError, parse
from sandbox.provisioning.mapping.functions import NotSupportedError, evaluate, text
from sandbox.provisioning.mapping.source import usable

_REQUEST: Shape = {"expression": str, "testInputObject": {"properties": [{"key": str}]}}
_TYPES = ("Boolean", "Binary", "Reference", "Integer", "String", "DateTime")
_OPERATORS: Mapping[str, str] = {
    "EQUALS": "Binary",
    "NOT EQUALS": "Binary",
    "IS TRUE": "Unary",
    "IS FALSE": "Unary",
    "IS NULL": "Unary",
    "IS NOT NULL": "Unary",
    "REGEX MATCH": "Binary",
    "NOT REGEX MATCH": "Binary",
    "GREATER_THAN": "Binary",
    "GREATER_THAN_OR_EQUALS": "Binary",
    "INCLUDES": "Binary",
}


routes = Routes()


@routes("POST", f"{SCHEMA}/parseExpression", READ_SYNCHRONIZATION)
@routes("POST", f"{TEMPLATE_SCHEMA}/parseExpression", READ_SYNCHRONIZATION)
async def _parse(call: Call) -> Response:
    """Parse, and evaluate on the test input if one is sent; an expression that fails is not a failed call."""
    schema_of(call)
    expect(call.body, _REQUEST)
    expression = call.body.get("expression")
    if expression is None:
        raise GraphError(400, "BadRequest", "An expression is expected.")
    answer: Document = {
        "error": None,
        "evaluationResult": [],
        "evaluationSucceeded": False,
        "parsedExpression": None,
        "parsingSucceeded": False,
    }
    try:
        answer |= {"parsedExpression": parse(expression), "parsingSucceeded": True}
        answer |= _evaluated(answer["parsedExpression"], call.body.get("testInputObject"))
    except (ExpressionError, NotSupportedError) as error:
        answer["error"] = {"code": "InvalidExpression", "message": str(error), "tenantActionable": True}
    return entity(call, "microsoft.graph.parseExpressionResponse", answer)


def _evaluated(tree: Document, given: Document | None) -> Document:
    if not given:
        return {}
    properties: list[Document] = given.get("properties") or []
    values = {pair.get("key"): usable(pair.get("value")) for pair in properties}
    return {"evaluationResult": [text(evaluate(tree, values.get))], "evaluationSucceeded": True}


@routes("GET", f"{SCHEMA}/filterOperators", READ_SYNCHRONIZATION)
@routes("GET", f"{TEMPLATE_SCHEMA}/filterOperators", READ_SYNCHRONIZATION)
async def _operators(call: Call) -> Response:
    schema_of(call)
    listed = [
        {
            "id": name,
            "name": name,
            "arity": arity,
            "multivaluedComparisonType": "All",
            "supportedAttributeTypes": _TYPES,
        }
        for name, arity in _OPERATORS.items()
    ]
    return collection(call, schema_context(call, "filterOperators"), listed)


@routes("GET", f"{SCHEMA}/functions", READ_SYNCHRONIZATION)
@routes("GET", f"{TEMPLATE_SCHEMA}/functions", READ_SYNCHRONIZATION)
async def _functions(call: Call) -> Response:
    schema_of(call)
    listed = [{"name": name, "parameters": _parameters(keys)} for name, keys in PARAMETERS.items()]
    return collection(call, schema_context(call, "functions"), listed)


def _parameters(keys: tuple[str, ...]) -> list[Document]:
    """Describe a function's parameters; `...` means that those before it may repeat."""
    repeats = "..." in keys
    return [
        {"name": key, "required": position == 0, "type": "String", "allowMultipleOccurrences": repeats and position > 0}
        for position, key in enumerate(key for key in keys if key != "...")
    ]
