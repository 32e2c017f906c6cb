"""Do the same for every stack of a fleet, several at a time; a failure of one is reported and leaves the others."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread

from providers import environment
from providers.errors import ProvisioningError
from scimctl.fleet.declared import declared
from scimctl.fleet.environment import environ_of, for_reading
from scimctl.fleet.fleet_file import Fleet, Member
from scimctl.terminal.console import Tell
from scimctl.terminal.report import TROUBLE, Report
from stacks.config import StackConfig

_COMMAND = re.compile(r"(?<!^)`(?=(pulumi|scimctl) )(?!scimctl fleet )")  # one that begins a line is what was run


@dataclass(frozen=True)
class Outcome:
    """What was found of one stack, or why nothing was, in a line each; `config` if its file can be read."""

    member: Member
    found: Report | None = None
    trouble: str = ""
    config: StackConfig | None = None

    @property
    def code(self) -> int:
        """Return FINE, FOUND or TROUBLE."""
        return self.found.code if self.found else TROUBLE

    @property
    def lines(self) -> Sequence[str]:
        """Return the lines to print, the most important first; their commands run in the stack's environment."""
        lines = [str(line) for line in self.found.lines] if self.found else self.trouble.splitlines()
        lines = lines or [f"nobody knows why: run `scimctl drift --stack {self.member.name}`"]
        if self.config is None:  # without a stack file that can be read it has no environment
            return lines
        return [_COMMAND.sub(f"`scimctl fleet run {self.member.name} -- ", line) for line in lines]


def of_each(
    fleet: Fleet,
    members: Sequence[Member],
    look: Callable[[Member, StackConfig], Report],
    parallel: int,
    tell: Tell,
) -> list[Outcome]:
    """Look at each stack in its own environment, and return what was found in the order of the fleet's file.

    An interrupt waits for no look: none of them changes anything.
    """
    waiting: SimpleQueue[Member | None] = SimpleQueue()
    ended: SimpleQueue[Outcome] = SimpleQueue()

    def work() -> None:
        while member := waiting.get():
            ended.put(_outcome(fleet, member, look))

    for member in (*members, *[None] * parallel):  # None ends a thread
        waiting.put(member)
    for _ in range(parallel):
        Thread(target=work, daemon=True).start()
    outcomes: dict[str, Outcome] = {}
    while len(outcomes) < len(members):
        outcome = ended.get()
        outcomes[outcome.member.name] = outcome
        tell(len(outcomes), len(members))
    return [outcomes[each.name] for each in members]


def _outcome(fleet: Fleet, member: Member, look: Callable[[Member, StackConfig], Report]) -> Outcome:
    """Look at a stack. Whatever goes wrong concerns it alone; the text of an unknown error may hold a secret."""
    config = None
    try:
        config = declared(member.name)
        with environment.of(environ_of(fleet, member, config.tenant_id, os.environ, for_reading)):
            return Outcome(member, look(member, config), config=config)
    except ProvisioningError as error:
        trouble = str(error)
    except OSError as error:
        trouble = ": ".join(filter(None, (str(error.filename or ""), error.strerror))) or type(error).__name__
    except Exception as error:  # noqa: BLE001 - one tenant's state must not keep the others from being looked at
        what = f"the look ended with {type(error).__name__}, which is a defect"
        trouble = f"{what}: run `scimctl drift --stack {member.name}`"
    return Outcome(member, trouble=trouble, config=config)
