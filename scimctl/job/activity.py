"""Whether the job pushes: one that does not work does nothing about anybody, and logs nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from providers.entra.job.job import read_report
from providers.errors import ForbiddenError, UnauthorizedError
from providers.timestamps import now
from scimctl.job.provisioning import ProvisioningView, not_ended, not_pushing
from scimctl.stack.deployed import GoneError, job_of
from scimctl.stack.stack import Stack


@dataclass(frozen=True)
class Activity:
    """Why nothing is pushed (`silent`), that the first cycle has not ended (`early`), or why that is `unknown`.

    `at` is Graph's clock, this machine's if the job could not be read.
    """

    silent: Sequence[str] = ()
    early: str = ""
    unknown: str = ""
    at: datetime = field(default_factory=now)


def activity(stack: Stack) -> Activity:
    """Look at the job."""
    try:
        body, at = job_of(stack)
    except GoneError as gone:
        return Activity(silent=[str(gone)])
    except (ForbiddenError, UnauthorizedError) as error:
        return Activity(unknown=str(error))
    job = read_report(body)
    silent = not_pushing(ProvisioningView(str(stack.status["status"]), job, at, stack.token_expired(at)))
    return Activity(silent, "" if silent else not_ended(job, at), at=at)
