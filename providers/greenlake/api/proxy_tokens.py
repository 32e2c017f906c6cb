"""GreenLake's proxy token API: one method a call, each safe to repeat or marked as not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from providers import environment
from providers.errors import ApiError, NotFoundError, StoppedError
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
    """The SCIM proxy tokens of the workspace that the bearer belongs to; `known_tokens` are those of our state."""

    api_url: str
    deadline: Deadline
    token_field: str = ""
    expiry_field: str = ""
    known_tokens: Collection[str] = field(default=(), repr=False)
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
            self._send("delete", "DELETE", assumptions.PROXY_TOKEN_PATH)
        except NotFoundError:
            return False
        except ApiError as error:
            if error.status not in _NO_SUCH_CALL:
                raise
            return False
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
            answer = send(call, self.deadline)
        except ApiError as error:
            self.observed[f"{verb} refused"] = of_refusal(error, self.environ)
            raise
        self.observed[verb] = of_answer(answer, None, self.environ)
        return answer

    def _issued(self, verb: str, path: str) -> IssuedToken:
        answer = self._send(verb, "POST", path)
        issued = read_token(
            answer, now(), token_field=self.token_field, expiry_field=self.expiry_field, known=self.known_tokens
        )
        self.observed[verb] = of_answer(answer, issued, self.environ)
        return issued


def may_adopt_once(environ: Mapping[str, str]) -> bool:
    """Return whether the operator declares, for this one run, that the existing token is this stack's own."""
    return environ.get(ADOPT_ONCE, "") == "true"


def one_exists(api_url: str) -> StoppedError:
    """Return why a token that exists is not taken over by itself: its present user would be cut off."""
    return StoppedError(
        f"a SCIM proxy token exists already in the workspace of {api_url}, made by another stack, by hand, or by a run "
        "of this stack that was killed or got no clear answer: if an application in Entra uses it (set up by hand, or "
        "let go of with `scimctl adopt --undo`), run `scimctl adopt --app NAME` with the name of that application; if "
        f"nobody uses it, `{ADOPT_ONCE}=true pulumi up` adopts it once, by a rotation with overlap (docs/recover.md "
        "has more; after a killed run in the sandbox `./run recover`); if another stack uses it, leave it to that "
        "stack, because a workspace has one token"
    )
