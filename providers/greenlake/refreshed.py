"""What a refresh finds of the token: a probe of the one that Entra has been using."""

from providers import run_log
from providers.greenlake import rotation
from providers.greenlake.rotation import State, Subject
from providers.http.deadline import Deadline
from providers.scim import used_tokens
from providers.scim.probing import Probe, probe, probe_twice
from providers.state.schema import Properties


def refreshed(props: Properties) -> Properties:
    """Return the outputs as they are now; a new token is never probed while the one before it may still be in use."""
    deadline, url = Deadline(), props["tenant_url"]
    has_previous, adopted = bool(props["previous_token"]), bool(props["adopted"])
    used = (has_previous or adopted) and used_tokens.is_used(props["fingerprint"])
    state, found = State.UNKNOWN, None
    subject = rotation.subject(has_previous=has_previous, adopted=adopted, used=used)
    if subject is Subject.CURRENT:
        found = probe_twice(url, props["token"], deadline)
        state = rotation.after_current(found)
    elif subject is Subject.PREVIOUS:
        found = probe(url, props["previous_token"], deadline)
        state = rotation.after_previous(found)
    if found is Probe.UNKNOWN:
        run_log.note("SCIM proxy token: GreenLake could not be asked, so nothing is known of the token now")
    return {**props, "state": state.value, "adopted": adopted and not used}
