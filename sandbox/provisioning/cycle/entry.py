"""One object's way through the engine: import, scope, match, act. The same for users and groups.

What to do follows from the saved mapping alone. Source: Microsoft, "How application provisioning works", and the
behaviour of flow types, matching and IsSoftDeleted it describes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.provisioning.cycle.memory import Link, Memory
from sandbox.provisioning.cycle.outcome import Outcome, Step
from sandbox.provisioning.cycle.source_directory import Directory
from sandbox.provisioning.mapping import source
from sandbox.provisioning.mapping.functions import Lookup
from sandbox.provisioning.mapping.mapping import Mapped, mapped, new_resource
from sandbox.provisioning.mapping.paths import Resource
from sandbox.provisioning.mapping.rules import Rule
from sandbox.provisioning.mapping.scope import passes
from sandbox.provisioning.scim import changes
from sandbox.provisioning.scim.client import ScimClient
from sandbox.provisioning.scim.refusals import EntryError


@dataclass(frozen=True)
class Work:
    """What every entry of a cycle shares. `full`: compare with the target instead of with what was last sent."""

    client: ScimClient
    memory: Memory
    directory: Directory
    full: bool
    deletes_leavers: bool


@dataclass(frozen=True)
class Subject:
    """One source object under one rule; `document` is None once it is gone from the directory."""

    rule: Rule
    source_id: str
    document: Mapping[str, Any] | None
    link: Link | None
    in_scope: bool
    values: Mapped | None

    @property
    def digest(self) -> str:
        """What changes when there may be something to do."""
        return f"{self.in_scope}/{self.values.digest if self.values else ''}"

    @property
    def is_soft_deleted(self) -> bool:
        """Return whether it waits in the deleted items."""
        return bool(self.document and self.document.get("deletedDateTime"))

    @property
    def is_settled(self) -> bool:
        """Return whether an incremental cycle has nothing to do: not ours, or as it was when it was last sent."""
        if self.link is None:
            return not self.in_scope
        return (
            self.in_scope and self.link.managed and self.values is not None and self.link.digest == self.values.digest
        )


def subject(work: Work, rule: Rule, source_id: str) -> Subject:
    """Import and scope an object; raises what its mappings raise."""
    document = work.directory.objects[rule.source].get(source_id)
    link = work.memory.links.get(source_id)
    if document is None:
        return Subject(rule, source_id, None, link, in_scope=False, values=None)
    assigned = source_id in work.directory.entitled[rule.source] and not document.get("deletedDateTime")
    secure = rule.source == "User" or bool(document.get("securityEnabled", True))
    in_scope = assigned and secure and passes(rule.scope, _lookup(work, document, soft_deleted=False))
    soft_deleted = not in_scope or document.get("accountEnabled") is False
    values = mapped(rule, _lookup(work, document, soft_deleted=soft_deleted)) if in_scope or link else None
    return Subject(rule, source_id, document, link, in_scope, values)


async def provision(work: Work, it: Subject, told: Outcome) -> Outcome | None:
    """Bring the target in line with one object; None if there is nothing to do."""
    current = None
    if it.link is not None and work.full and it.in_scope:
        current = await work.client.read(it.rule.endpoint, it.link.target_id)
        if current is None:
            work.memory.forget(it.source_id)
            it = replace(it, link=None)
    if it.link is None:
        return await _match_or_create(work, it, told) if it.in_scope else None
    if it.document is None or not it.in_scope:
        return await _leave(work, it, it.link, told)
    return await _update(work, it, it.link, told, current)


async def _match_or_create(work: Work, it: Subject, told: Outcome) -> Outcome:
    values = it.values
    if values is None or not values.matching:
        return told.skipped("ImportSkipped", "The matching attribute has no value in the source.")
    found = await _matched(work, it.rule, values)
    if found is None:
        told = told.then(Step("EntryImportByJoiningProperty", "matching", "success", "No match in the target."))
        return await _create(work, it, values, told)
    target_id = str(found["id"])
    owner = work.memory.owner(target_id)
    if owner is not None and owner != it.source_id:
        raise EntryError("DuplicateSourceEntries", "Another source object is linked to the matching target object.")
    told = told.then(Step("EntryImportByJoiningProperty", "matching", "success", "Matched an object of the target."))
    link = Link(it.source_id, it.rule.source, target_id, digest="")
    work.memory.remember(link)
    told = replace(told, action="update")
    return await _update(work, it, link, told, found) or told.exported("Linked; nothing differs.", target_id)


async def _matched(work: Work, rule: Rule, values: Mapped) -> Resource | None:
    for attribute, value in values.matching:
        found = await work.client.find(rule.endpoint, attribute, value)
        if len(found) > 1:
            raise EntryError("DuplicateTargetEntries", f"More than one target object has this {attribute}.")
        if found:
            return found[0]
    return None


async def _create(work: Work, it: Subject, values: Mapped, told: Outcome) -> Outcome:
    if "Add" not in it.rule.flows:
        return told.skipped("CreateNotAllowed", "Create is not among the target object actions.")
    target_id = await work.client.create(it.rule.endpoint, new_resource(it.rule, values.on_create))
    work.memory.remember(Link(it.source_id, it.rule.source, target_id, values.digest))
    created = tuple((name, None, value) for name, value in values.on_create.items())
    return replace(told, modified=created).exported(f"Created in {it.rule.endpoint}.", target_id)


async def _update(
    work: Work, it: Subject, link: Link, told: Outcome, current: Resource | None = None
) -> Outcome | None:
    values = it.values
    managed = link.managed if it.is_soft_deleted else it.in_scope  # permanently deleted users are deleted at the target
    fresh = replace(link, managed=managed, digest=values.digest if values else "")
    if values is None or (fresh == link and not work.full):
        return None
    if "Update" not in it.rule.flows:
        return _kept(work, link, fresh)
    if current is None:
        current = await work.client.read(it.rule.endpoint, link.target_id)
    if current is None and not it.in_scope:
        work.memory.forget(it.source_id)
        return None
    if current is None:
        raise EntryError("InvalidAnchor", "The target object is gone: restart provisioning to create it again.")
    differing = changes.changed(current, values.kept)
    if not differing:
        return _kept(work, link, fresh)
    compliant = work.client.credentials.compliant
    await work.client.patch(it.rule.endpoint, link.target_id, changes.operations(differing, compliant=compliant))
    work.memory.remember(fresh)
    modified = tuple((name, old, new) for name, (old, new) in differing.items())
    action = "disable" if differing.get("active", (None, None))[1] is False else "update"
    return replace(told, action=action, modified=modified).exported(f"Updated in {it.rule.endpoint}.", link.target_id)


def _kept(work: Work, link: Link, fresh: Link) -> None:
    """Note what was seen, if it was new."""
    if fresh != link:
        work.memory.remember(fresh)


async def _leave(work: Work, it: Subject, link: Link, told: Outcome) -> Outcome | None:
    """Follow an object out of scope: disable it, delete it, or leave it alone."""
    gone = it.document is None
    if gone and (not link.managed or "Delete" not in it.rule.flows):
        work.memory.forget(it.source_id)
        return None
    if not gone and not it.is_soft_deleted and work.client.credentials.keeps_out_of_scope:
        return None
    if not gone and it.rule.disables:
        return await _update(work, it, link, told)
    if gone or ("Delete" in it.rule.flows and work.deletes_leavers):
        await work.client.delete(it.rule.endpoint, link.target_id)
        work.memory.forget(it.source_id)
        return replace(told, action="delete").exported(f"Deleted from {it.rule.endpoint}.", link.target_id)
    if not it.is_soft_deleted and link.managed:
        work.memory.remember(replace(link, managed=False))
    return None


def _lookup(work: Work, document: Mapping[str, Any], *, soft_deleted: bool) -> Lookup:
    manager = work.memory.links.get(work.directory.managers.get(str(document["id"]), ""))
    references = {"manager": manager.target_id} if manager else {}
    return source.lookup(document, soft_deleted=soft_deleted, references=references)
