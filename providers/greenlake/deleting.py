"""How the stack's token is ended, and when that is left alone: a token that is not the newest is not ours to end."""

from providers import run_log
from providers.errors import NotFoundError, StoppedError, UnreadableTokenError
from providers.greenlake import rotation
from providers.greenlake.api.proxy_tokens import ProxyTokens, none_exists
from providers.greenlake.declared import seen
from providers.greenlake.token_properties import Properties, known
from providers.http.deadline import Deadline
from providers.scim.probing import Probe, probe, probe_twice
from providers.timestamps import now

_PROBE_SECONDS = 20.0  # for each of two tokens at most: half of a verb's time is left to delete them


def is_newest(props: Properties, deadline: Deadline) -> bool:
    """Return whether our token is the workspace's newest, as far as can be known: GreenLake ends all of them at once.

    It is not if it is refused, or if this run has seen a newer one. That another stack has taken over and not yet used
    its own cannot be known. Raises StoppedError for a replacement, before anything is sent.
    """
    if seen.newest not in ("", props["fingerprint"]):
        return False
    if seen.by_the_program:
        raise StoppedError(
            "SCIM proxy token: it is not replaced, because that would end the token in use before Entra has another: "
            "nothing was changed: run `scimctl token rotate` instead (after `pulumi state taint` first `pulumi state "
            "untaint`)"
        )
    if probe_twice(props["tenant_url"], props["token"], deadline.within(_PROBE_SECONDS)) is not Probe.REFUSED:
        return True
    before = props["previous_token"]
    if before and probe(props["tenant_url"], before, deadline.within(_PROBE_SECONDS)) is Probe.ACCEPTED:
        run_log.warn(
            "SCIM proxy token: GreenLake refuses it and accepts the one before it, so somebody has rotated since: "
            "nothing was deleted, and the one before lives on until its expiry or until the newest is first used"
        )
    elif not rotation.has_expired(known(props).expires_at, now()):
        run_log.warn(
            "SCIM proxy token: GreenLake refuses it, and its expiry has not come or is not known, so somebody may have "
            "deleted it or rotated since: nothing was deleted, and a token that this state lacks may live on"
        )
    return False


def end(api: ProxyTokens, props: Properties) -> None:
    """Delete the tokens; if the service has no such call, rotate at once and drop the answer."""
    if api.delete():
        after = _probed(props, api.deadline)
        if after != {Probe.REFUSED}:
            found = "still accepts it" if Probe.ACCEPTED in after else "could not be asked whether it refuses it"
            run_log.warn(
                f"SCIM proxy token: GreenLake reports that it is deleted, and {found}: "
                "it may keep working until it expires, unless HPE ends it"
            )
        return
    try:
        api.rotate(remove_current=True)
    except NotFoundError:
        if Probe.ACCEPTED in _probed(props, api.deadline):
            raise none_exists(api.api_url) from None
        return
    except UnreadableTokenError:
        pass  # the answer is dropped anyhow
    run_log.warn(
        "SCIM proxy token: GreenLake has no call that deletes it, so it was ended by a rotation whose answer was "
        "dropped: a token that nobody knows lives on until its expiry"
    )


def _probed(props: Properties, deadline: Deadline) -> set[Probe]:
    """Ask GreenLake about our tokens, in a part of the time."""
    tokens = [token for token in (props["previous_token"], props["token"]) if token]
    return {probe(props["tenant_url"], token, deadline.within(_PROBE_SECONDS)) for token in tokens}
