"""Jobs as Graph shows them with all that the provisioning page has, for tests of what is made of them."""

from typing import Any

from providers.entra.job.job import JobReport, read_report
from providers.timestamps import from_text
from tests.providers.entra.jobs import execution, job_body, quarantine

AT = from_text("2026-11-02T10:01:00Z")
REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"


def job(*args: Any, first: str = "2026-11-01T10:00:09Z", **fields: Any) -> JobReport:
    of_body = {name: fields.pop(name) for name in ("code", "execution", "quarantine") if name in fields}
    body = job_body(*args, **of_body)
    body["status"] |= {"steadyStateFirstAchievedTime": first, **fields}
    return read_report(body)


def ill(**fields: Any) -> JobReport:
    return job("Active", "Quarantine", quarantine=quarantine(**fields), execution=execution() | {"state": "Failed"})
