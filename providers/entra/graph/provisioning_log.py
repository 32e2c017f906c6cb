"""Read the provisioning logs: what Entra did about whom, and why it failed.

Source: Graph v1.0, /auditLogs/provisioning (provisioningObjectSummary). Graph takes five requests of the reports in ten
seconds from an application.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from providers.entra.graph.provisioning import GraphClient, Json
from providers.timestamps import to_text

KEPT, KEPT_WITHOUT_P1 = timedelta(days=30), timedelta(days=7)
_PERMISSION = "ProvisioningLog.Read.All"
_HINTS = {
    403: f"grant the application permission {_PERMISSION} (or AuditLog.Read.All) to the client that signs in, with "
    "admin consent; the logs also need a licence of Entra ID P1"
}
_PAGE = 500
_REQUESTS = 5
_IN_SECONDS = 10.0


class ProvisioningLog(GraphClient):
    """The logs of all applications of a tenant."""

    def entries(self, service_principal_id: str, since: datetime) -> Iterator[list[Json]]:
        """Yield what was logged of an application after a moment, newest first, by page, as fast as Graph allows."""
        wanted = f"servicePrincipal/id eq '{service_principal_id}' and activityDateTime gt {to_text(since)}"
        query = f"$filter={quote(wanted, safe='')}&$orderby=activityDateTime%20desc&$top={_PAGE}"
        pages = self.pages(
            "read the provisioning logs", f"/auditLogs/provisioning?{query}", permission=_PERMISSION, hints=_HINTS
        )
        asked: deque[float] = deque(maxlen=_REQUESTS)
        while True:
            time.sleep(min(pause(asked, time.monotonic()), self.deadline.remaining()))
            asked.append(time.monotonic())
            page = next(pages, None)
            if page is None:
                return
            yield page


def pause(asked: Sequence[float], now: float) -> float:
    """Return how long to wait before the next request, given the times of the last five."""
    return max(0.0, asked[0] + _IN_SECONDS - now) if len(asked) >= _REQUESTS else 0.0
