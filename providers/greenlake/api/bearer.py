"""Get the 15-minute bearer that GreenLake's API wants, at the moment of the call and never earlier.

It is taken from `HPEGL_IAM_TOKEN` or, as in HPE's blog, `BEARER_TOKEN`; else an API client fetches one, under the names
that HPE's own Terraform provider uses: `HPEGL_USER_ID`, `HPEGL_USER_SECRET`, `HPEGL_IAM_SERVICE_URL` and
`HPEGL_IAM_VERSION` (glcs or glp). It enters no input, no state and no pickle.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from providers.errors import ConfigurationError, UnexpectedAnswerError
from providers.http import Call, jwt, send
from providers.http.deadline import Deadline
from providers.masking import masked_names
from providers.timestamps import in_words

_EARLY = timedelta(seconds=60)  # HPE's own client renews this early: a bearer must outlive the call that carries it
_HOW = (
    "set HPEGL_USER_ID, HPEGL_USER_SECRET and HPEGL_IAM_SERVICE_URL (an API client), or HPEGL_IAM_TOKEN to a token "
    "copied from HPE GreenLake: profile icon, API Access; it lives 15 minutes"
)
_SCHEME = re.compile(r"^bearer(\s+|$)", re.IGNORECASE)
_VISIBLE = re.compile(r"[!-~]+")
_LONGEST_SECONDS = 86400
_lock = threading.Lock()
_fetched: dict["ApiClient", tuple[str, datetime]] = {}


@dataclass(frozen=True)
class ApiClient:
    """An API client's credentials and the address that issues a bearer for them."""

    client_id: str
    client_secret: str = field(repr=False)
    service_url: str
    version: str

    @property
    def token_url(self) -> str:
        """Return the token address: `glp` gives it whole, `glcs` gives the issuer."""
        return self.service_url if self.version == "glp" else self.service_url.rstrip("/") + "/v1/token"


def bearer(environ: Mapping[str, str], now: datetime, deadline: Deadline) -> str:
    """Return a bearer that is good for another minute. Raises ConfigurationError, before anything is sent."""
    for name in ("HPEGL_IAM_TOKEN", "BEARER_TOKEN"):
        if environ.get(name):
            return copied(name, environ[name], now)
    return _of_api_client(_api_client(environ), now, deadline)


def copied(name: str, text: str, now: datetime) -> str:
    """Check a bearer that a person copied into the environment variable `name`."""
    token = _SCHEME.sub("", text.strip())
    looks_like_a_jwt = token.startswith("eyJ") or token.count(".") == 2
    if not _VISIBLE.fullmatch(token) or (looks_like_a_jwt and jwt.claims(token) is None):
        raise ConfigurationError(f"{name} is not a whole API token (copied in part?): {_HOW}")
    end = jwt.expiry(token)
    if end is not None and end <= now:
        raise ConfigurationError(f"{name} expired {in_words(now - end)} ago: {_HOW}")
    if end is not None and end <= now + _EARLY:
        raise ConfigurationError(f"{name} expires in {in_words(end - now)}, too soon to be used: {_HOW}")
    return token


def _api_client(environ: Mapping[str, str]) -> ApiClient:
    wanted = ("HPEGL_USER_ID", "HPEGL_USER_SECRET", "HPEGL_IAM_SERVICE_URL")
    missing = [name for name in wanted if not environ.get(name)]
    if len(missing) == len(wanted):
        raise ConfigurationError(f"no bearer for HPE GreenLake: {_HOW}")
    if missing:
        raise ConfigurationError(f"the API client for HPE GreenLake lacks {' and '.join(missing)}: {_HOW}")
    version = environ.get("HPEGL_IAM_VERSION") or "glcs"
    if version not in ("glcs", "glp"):
        raise ConfigurationError(f'HPEGL_IAM_VERSION is "{version}": it is glcs or glp')
    if not environ["HPEGL_IAM_SERVICE_URL"].startswith("https://"):
        raise ConfigurationError("HPEGL_IAM_SERVICE_URL must begin with https://: a client secret is sent there")
    return ApiClient(*(environ[name] for name in wanted), version=version)


def _of_api_client(client: ApiClient, now: datetime, deadline: Deadline) -> str:
    with _lock:
        token, good_until = _fetched.get(client, ("", now))
        if good_until <= now:
            token, end = _fetch(client, now, deadline)
            _fetched[client] = token, end - _EARLY
    return token


def _fetch(client: ApiClient, now: datetime, deadline: Deadline) -> tuple[str, datetime]:
    form = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "grant_type": "client_credentials",
        **({"scope": "hpe-tenant"} if client.version == "glcs" else {}),
    }
    refused = "check HPEGL_USER_ID, HPEGL_USER_SECRET, HPEGL_IAM_SERVICE_URL and HPEGL_IAM_VERSION"
    call = Call(
        what="GreenLake: trade the API client for a bearer",
        method="POST",
        url=client.token_url,
        form=form,
        hints=dict.fromkeys((400, 401, 403, 404), refused),
    )
    fields = send(call, deadline).fields()
    found: object = fields.get("access_token")
    token = _SCHEME.sub("", found.strip()) if isinstance(found, str) else ""
    if not _VISIBLE.fullmatch(token):
        names = masked_names(fields)
        raise UnexpectedAnswerError(f"{call.what}: no access_token in the answer (fields: {names}): {refused}")
    seconds: object = fields.get("expires_in")
    # The span first: it does not depend on the two clocks. A day at most: NaN and infinity fail in a calendar.
    if isinstance(seconds, int | float) and 0 <= seconds <= _LONGEST_SECONDS:
        return token, now + timedelta(seconds=seconds)
    return token, jwt.expiry(token) or now + timedelta(minutes=15)
