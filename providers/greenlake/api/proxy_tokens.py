"""GreenLake's proxy token API: one method a call, each safe to repeat or marked as not; and how a token is got by them.

A stack creates its first token, or takes over the one that exists if it may: by itself only if its own create may have
made that, because an attempt got no answer, or a gateway's.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from providers import environment, run_log
from providers.errors import (
    ApiError,
    NotFoundError,
    ProvisioningError,
    StoppedError,
    UnexpectedAnswerError,
    UnreadableTokenError,
)
from providers.greenlake import assumptions
from providers.greenlake.api.bearer import bearer
from providers.greenlake.api.observation import Observation, of_answer, of_refusal
from providers.greenlake.api.token_answer import IssuedToken, read_token
from providers.http import Answer, Call, send
from providers.http.deadline import Deadline
from providers.timestamps import now

_HINTS = {
    401: "the bearer is not accepted: it lives 15 minutes, and must belong to this workspace",
    403: f"assign {assumptions.ROLE} to the user or API client of the bearer, in HPE GreenLake under User Management",
    404: "check greenlake.apiUrl in the stack file",
}
_NO_SUCH_CALL = (405, 501)
ADOPT_ONCE = "GREENLAKE_ADOPT_ONCE"


@dataclass(frozen=True)
class ProxyTokens:
    """The SCIM proxy tokens of the workspace that the bearer belongs to, by its `claims`.

    `known_tokens` are those of our state.
    """

    api_url: str
    deadline: Deadline
    token_field: str = ""
    expiry_field: str = ""
    known_tokens: Collection[str] = field(default=(), repr=False)
    claims: Mapping[str, str] = field(default_factory=dict[str, str])
    environ: Mapping[str, str] = field(default_factory=environment.current, repr=False)
    observed: dict[str, Observation] = field(default_factory=dict[str, "Observation"], repr=False)

    def create(self) -> tuple[IssuedToken | None, bool]:
        """Create the token: None if one exists, and whether a lost attempt of this very call may have made that."""
        try:
            return self._issued("create", assumptions.PROXY_TOKEN_PATH), False
        except ApiError as error:
            if not assumptions.says_one_exists(error):
                raise
            return None, error.lost

    def rotate(self, *, remove_current: bool) -> IssuedToken:
        """Replace the token: at once, or with overlap until the new one takes effect.

        A repeat after a lost answer is safe: with overlap the users of the present token continue, without it the last
        answer counts. Raises NotFoundError if there is nothing to rotate.
        """
        path = f"{assumptions.ROTATE_PATH}?{assumptions.rotate_query(remove_current=remove_current)}"
        return self._issued("rotate at once" if remove_current else "rotate", path)

    def delete(self) -> bool:
        """Delete the token; False if the service has no such call or no such token."""
        try:
            answer = self._send("delete", "DELETE", assumptions.PROXY_TOKEN_PATH)
        except NotFoundError:
            return False
        except ApiError as error:
            if error.status not in _NO_SUCH_CALL:
                raise
            return False
        self.observed["delete"] = of_answer(answer, None, self.environ)
        return True

    def _send(self, verb: str, method: str, path: str) -> Answer:
        call = Call(
            what=f"GreenLake: {verb.removesuffix(' at once')} the SCIM proxy token",
            method=method,
            url=self.api_url.rstrip("/") + path,
            headers={
                "Authorization": f"Bearer {bearer(self.environ, now(), self.deadline)}",
                "Accept": "application/json",
            },
            hints=_HINTS,
        )
        try:
            return send(call, self.deadline)
        except ApiError as error:
            self.observed[f"{verb} refused"] = of_refusal(error, self.environ)
            raise

    def _issued(self, verb: str, path: str) -> IssuedToken:
        answer = self._send(verb, "POST", path)
        issued = None
        try:
            issued = read_token(
                answer, now(), token_field=self.token_field, expiry_field=self.expiry_field, known=self.known_tokens
            )
            return issued
        finally:
            self.observed[verb] = of_answer(answer, issued, self.environ)


def first_token(api: ProxyTokens, *, adopt_existing: bool) -> tuple[IssuedToken, bool]:
    """Return the stack's first token, and whether it was adopted: then another one that nobody here knows may work.

    With `adopt_existing` the rotation comes first, because nobody knows whether a create ends a token in use if
    GreenLake does not answer it with a conflict. Raises StoppedError if a token exists that may be somebody else's.
    """
    if adopt_existing:
        try:
            return _adopted(api, "token.adoptExisting is true"), True
        except NotFoundError:
            pass
    issued, lost = _created(api)
    if issued:
        return issued, False
    if lost:
        return _adopted(api, "an earlier attempt of this create got no answer, so the token is probably its own"), True
    if api.environ.get(ADOPT_ONCE) == "true":
        return _adopted(api, "GREENLAKE_ADOPT_ONCE is true"), True
    raise _one_exists(api.api_url)


def rotated_token(
    api: ProxyTokens, *, remove_current: bool, ours_is_accepted: Callable[[], bool]
) -> tuple[IssuedToken, bool, bool]:
    """Rotate, or create if there is none: the token, whether it was made anew, and whether it was adopted.

    Raises StoppedError if GreenLake accepts our token and the API knows none: then the API is of another workspace.
    """
    try:
        return api.rotate(remove_current=remove_current), False, False
    except NotFoundError:
        if ours_is_accepted():
            raise none_exists(api.api_url) from None
        issued, adopted = first_token(api, adopt_existing=False)
        return issued, True, adopted


def _created(api: ProxyTokens) -> tuple[IssuedToken | None, bool]:
    """Create the token; a token that was made and cannot be read is of no use, and is deleted."""
    try:
        return api.create()
    except UnreadableTokenError as error:
        raise UnexpectedAnswerError(f"{error}; {_deleted(api, made=error.made)}") from None


def _deleted(api: ProxyTokens, *, made: bool) -> str:
    """Delete the token that was just made, and report it; if a proxy may have answered, another's may be there."""
    adopt = f"if the next run stops because a token exists, `{ADOPT_ONCE}=true pulumi up` adopts it once"
    if not made:
        return f"nobody knows whether a token was made, so nothing was deleted: {adopt}"
    try:
        if api.delete():
            return "the token that it made is deleted again"
    except ProvisioningError as error:
        return f"the token that it made could not be deleted ({error}): {adopt}"
    return f"the token that it made could not be deleted, because GreenLake has no call for that: {adopt}"


def _adopted(api: ProxyTokens, why: str) -> IssuedToken:
    """Rotate the token that exists, with overlap, and report it; nothing is ended if the answer cannot be read."""
    try:
        issued = api.rotate(remove_current=False)
    except UnreadableTokenError as error:
        raise UnexpectedAnswerError(
            f"{error}; the token that exists was rotated with overlap and goes on working: do that before the next "
            "run, which rotates once more"
        ) from None
    run_log.warn(
        f"SCIM proxy token: adopted the token that exists in the workspace of {api.api_url}, by a rotation with "
        f"overlap ({why}): it works until the new token is first used"
    )
    return issued


def none_exists(api_url: str) -> StoppedError:
    """Return why a run stops if GreenLake accepts our token and its API has no token in the workspace of the bearer."""
    return StoppedError(
        f"SCIM proxy token: GreenLake accepts it, and the workspace of the bearer has no token at {api_url}, so it is "
        "another workspace: nothing was changed: use the credentials of the token's workspace (HPEGL_*), and compare "
        "greenlake.apiUrl in the stack file"
    )


def _one_exists(api_url: str) -> StoppedError:
    """Return why a token that exists is not taken over by itself: its present user would be cut off."""
    return StoppedError(
        f"a SCIM proxy token exists already in the workspace of {api_url}, made by another stack, by hand, or by a run "
        "of this stack that was killed or got no clear answer: if an application in Entra uses it (set up by hand, or "
        "let go of with `scimctl adopt --undo`), run `scimctl adopt --app NAME` with the name of that application; if "
        f"nobody uses it, `{ADOPT_ONCE}=true pulumi up` adopts it once, by a rotation with overlap (docs/recover.md "
        "has more; after a killed run in the sandbox `./run recover`); if another stack uses it, leave it to that "
        "stack, because a workspace has one token"
    )
