"""Do the same for every stack of a fleet, several at a time; a failure of one is reported and leaves the others."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from providers import environment
from providers.errors import ProvisioningError
from scimctl.fleet.declared import declared
from scimctl.fleet.environment import environ_of, for_reading
from scimctl.fleet.fleet_file import Fleet, Member
from scimctl.terminal.progress import Tell
from scimctl.terminal.report import TROUBLE, Report
from stacks.config import StackConfig


@dataclass(frozen=True)
class Outcome:
    """What was found of one stack, or why nothing was, in a line each."""

    member: Member
    found: Report | None = None
    trouble: str = ""

    @property
    def code(self) -> int:
        """Return FINE, FOUND or TROUBLE."""
        return self.found.code if self.found else TROUBLE

    @property
    def lines(self) -> Sequence[str]:
        """Return the lines to print, the most important first."""
        return [str(line) for line in self.found.lines] if self.found else self.trouble.splitlines()


def of_each(
    fleet: Fleet,
    members: Sequence[Member],
    look: Callable[[Member, StackConfig], Report],
    parallel: int,
    tell: Tell,
) -> list[Outcome]:
    """Look at each stack in its own environment, and return what was found in the order of the fleet's file."""

    def outcome(member: Member) -> Outcome:
        try:
            config = declared(member.name)
            with environment.of(environ_of(fleet, member, config.tenant_id, os.environ, for_reading)):
                return Outcome(member, look(member, config))
        except ProvisioningError as error:
            return Outcome(member, trouble=str(error))

    workers = ThreadPoolExecutor(parallel)
    try:
        running = [workers.submit(outcome, member) for member in members]
        for done, _ in enumerate(as_completed(running), 1):
            tell(done, len(members))
        return [each.result() for each in running]
    finally:
        workers.shutdown(cancel_futures=True)  # an interrupt waits for the looks that have begun, and for no other
