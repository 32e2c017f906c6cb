"""What was seen of a call of GreenLake's token API, for state and for `scimctl assumptions`: never a value.

An observation is plain JSON: `status`, `bearer` (how the caller signed in), `fields` (their kinds by path), `code` of a
refusal, `end` of a token (whether the answer has it), `old_token` (what the old one was after the rotation). Pure.
"""

import json
from collections.abc import Mapping
from typing import Any

from providers.errors import ApiError
from providers.greenlake.api.token_answer import IssuedToken
from providers.http import Answer
from providers.http.shape import shape

Observation = dict[str, Any]
API_CLIENT = "API client"
IN_A_LOG = "answers of GreenLake: "


def of_answer(answer: Answer, issued: IssuedToken | None, environ: Mapping[str, str]) -> Observation:
    """Return what an answer shows; `issued` is the token that was read from it."""
    seen: Observation = {"status": answer.status, "bearer": _bearer(environ)}
    if issued is None:
        return {**seen, "fields": shape(answer.body)}
    return {**seen, "fields": shape(answer.body, issued.value), "end": issued.expires_at is not None}


def of_refusal(error: ApiError, environ: Mapping[str, str]) -> Observation:
    """Return what an error status shows."""
    return {"status": error.status, "bearer": _bearer(environ), "code": error.code, "fields": dict(error.shape)}


def in_a_log(observed: Mapping[str, Observation], claims: Mapping[str, str]) -> str:
    """Return observations and the names of the bearer's claims as a line that `scimctl assumptions --log` reads."""
    return (
        "for `scimctl assumptions --log FILE`: "
        + IN_A_LOG
        + json.dumps({"observed": observed, "claims": sorted(claims)}, separators=(",", ":"))
    )


def _bearer(environ: Mapping[str, str]) -> str:
    copied = environ.get("HPEGL_IAM_TOKEN") or environ.get("BEARER_TOKEN")
    return "copied" if copied else API_CLIENT
