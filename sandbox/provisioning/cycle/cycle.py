"""One cycle over all objects of one job: users, then groups, then who is in which.

An initial cycle compares everything with the target; an incremental one compares with what was last sent, so that an
idle cycle sends nothing here. What fails is held back and tried again with growing gaps, or when its source changes.
Source: Microsoft, "How application provisioning works".
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from sandbox.core.world import World
from sandbox.provisioning import moments
from sandbox.provisioning.cycle import entry, membership
from sandbox.provisioning.cycle.entry import Subject, Work
from sandbox.provisioning.cycle.logs import Log
from sandbox.provisioning.cycle.memory import Escrow, Link
from sandbox.provisioning.cycle.outcome import Outcome, Step
from sandbox.provisioning.execution import Counts
from sandbox.provisioning.mapping.expression import ExpressionError
from sandbox.provisioning.mapping.functions import NotSupportedError
from sandbox.provisioning.mapping.paths import PathError
from sandbox.provisioning.mapping.rules import Rule
from sandbox.provisioning.scim.client import TokenRefusedError
from sandbox.provisioning.scim.refusals import EntryError, code_of

_MAPPING_ERRORS = (NotSupportedError, ExpressionError, PathError)
_UNAUTHORIZED = 401
_Act = Callable[[Outcome], Awaitable[Outcome | None]]


class JobGoneError(Exception):
    """The job was deleted while its cycle ran."""


@dataclass(frozen=True)
class Cycle:
    """A cycle at work; all its entries share `work` and `log`."""

    world: World
    job_id: str
    work: Work
    log: Log
    counts: Counts = field(default_factory=Counts)
    created: set[str] = field(default_factory=set[str])

    async def run(self, rules: tuple[Rule, ...]) -> None:
        """Go through all objects; TokenRefusedError and JobGoneError end the cycle."""
        for rule in rules:
            self.counts.entitled += len(self.work.directory.entitled[rule.source])
            linked = [one.source_id for one in self.work.memory.links.values() if one.type == rule.source]
            for source_id in dict.fromkeys([*self.work.directory.objects[rule.source], *linked]):
                await self.entry(rule, source_id)
        for rule in rules:
            if rule.maps_members and "Update" in rule.flows:
                for link in [one for one in self.work.memory.links.values() if one.type == "Group" and one.managed]:
                    await self.members(rule, link)
        self.counts.escrowed = sum(1 for one in self.work.memory.escrows.values() if one.next_attempt)

    async def entry(self, rule: Rule, source_id: str) -> Outcome | None:
        """Provision one user or group, unless there is nothing to do or it is held back."""
        try:
            it = entry.subject(self.work, rule, source_id)
        except _MAPPING_ERRORS as error:
            failure = self._told(rule, source_id).failed("InvalidMapping", str(error))
            return None if self._is_held_back(source_id, "") else self._held(failure, source_id, "")
        self.counts.in_scope += it.in_scope
        if (it.is_settled and not self.work.full) or self._is_held_back(source_id, it.digest):
            return None
        told = self._told(rule, source_id)
        return await self._act(_scoped(told, it), source_id, it.digest, partial(entry.provision, self.work, it))

    async def members(self, rule: Rule, group: Link, only: frozenset[str] | None = None) -> Outcome | None:
        """Bring one group's membership in line, or the part of it that `only` names."""
        wanted, known = membership.wanted(self.work, group.source_id), self.work.memory.members(group.source_id)
        if only is not None:
            wanted = {one: target for one, target in wanted.items() if one in only or one in known}
        verify = self.work.full and group.source_id not in self.created
        key, digest = f"{group.source_id}/members", ",".join(sorted(wanted))
        if (wanted == known and not verify) or self._is_held_back(key, digest):
            return None
        act = partial(membership.synchronize, self.work, group, wanted, verify=verify)
        return await self._act(self._told(rule, group.source_id), key, digest, act)

    async def _act(self, told: Outcome, key: str, digest: str, act: _Act) -> Outcome | None:
        """Act on one object, and log and count the outcome."""
        self._check_job()
        began = self.world.now()
        try:
            outcome = await act(told)
            self._check_job()
        except EntryError as error:
            return self._held(told.failed(error.code, error.reason), key, digest)
        except _MAPPING_ERRORS as error:
            return self._held(told.failed("InvalidMapping", str(error)), key, digest)
        except TokenRefusedError:
            self.log.write(told.failed(code_of(_UNAUTHORIZED), "StatusCode: 401."), began)
            raise
        if outcome is not None and outcome.status == "skipped":
            return self._held(outcome, key, digest)
        self.work.memory.release(key)
        if outcome is not None:
            self.counts.imported += 1
            self.counts.exported += 1
            self.log.write(outcome, began)
            if outcome.action == "create":
                self.created.add(outcome.source_id)
        return outcome

    def _check_job(self) -> None:
        """Stop if the job, or its whole world, was deleted meanwhile."""
        if self.world.get("job", self.job_id) is None:
            raise JobGoneError

    def _held(self, outcome: Outcome, key: str, digest: str) -> Outcome:
        """Hold it back: what was skipped waits for its source to change, what failed for its time too."""
        known = self.work.memory.escrows.get(key)
        attempts = known.attempts + 1 if known and known.digest == digest else 1
        again = None
        if outcome.status == "failure":
            ladder = self.world.settings.escrow_backoff_s
            again = moments.written(self.world.now() + timedelta(seconds=ladder[min(attempts, len(ladder)) - 1]))
            said = f"This operation was retried {attempts - 1} times. It will be retried again after this date: {again}"
            outcome = replace(outcome, reason=f"{outcome.reason} {said}")
        self.work.memory.hold(Escrow(key, digest, outcome.code, attempts, again))
        self.log.write(outcome, self.world.now())
        return outcome

    def _is_held_back(self, key: str, digest: str) -> bool:
        held = self.work.memory.escrows.get(key)
        if held is None or held.digest != digest:
            return False
        if held.next_attempt is None:
            return not self.work.full
        return moments.read(held.next_attempt) > self.world.now()

    def _told(self, rule: Rule, source_id: str) -> Outcome:
        """Begin the account of one object."""
        document = self.work.directory.objects[rule.source].get(source_id, {})
        link = self.work.memory.links.get(source_id)
        return Outcome(
            source_type=rule.source,
            source_id=source_id,
            source_name=str(document.get("displayName") or ""),
            source_login=str(document.get("userPrincipalName") or ""),
            target_type=rule.target,
            target_id=link.target_id if link else "",
            action="update" if link else "create",
            status="success",
            steps=(Step("EntryImport", "import", "success", f"Received {rule.source} from the directory."),),
        )


def _scoped(told: Outcome, it: Subject) -> Outcome:
    details = {"IsInProvisioningScope": str(it.in_scope), "IsActive": str(it.document is not None)}
    description = "In scope." if it.in_scope else "Not in scope."
    return told.then(Step("EntrySynchronizationScoping", "scoping", "success", description, details))
