"""How this stack gets its first token: it creates one, or takes over the token that exists, but only if it may.

A create adopts by itself only if its own call may have made the token: an attempt got no answer, or a gateway's.
"""

from providers import run_log
from providers.errors import NotFoundError, ProvisioningError, UnexpectedAnswerError, UnreadableTokenError
from providers.greenlake.api.proxy_tokens import ADOPT_ONCE, ProxyTokens, may_adopt_once, one_exists
from providers.greenlake.api.token_answer import IssuedToken


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
    if may_adopt_once(api.environ):
        return _adopted(api, "GREENLAKE_ADOPT_ONCE is true"), True
    raise one_exists(api.api_url)


def rotated_token(api: ProxyTokens, *, remove_current: bool) -> tuple[IssuedToken, bool, bool]:
    """Rotate, or create if there is none: the token, whether it was made anew, and whether it was adopted."""
    try:
        return api.rotate(remove_current=remove_current), False, False
    except NotFoundError:
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
