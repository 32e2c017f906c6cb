"""Who is in a group at the target: one PATCH a member, after users and groups themselves.

Direct members only, and only those that have a counterpart. Source: Microsoft, "How application provisioning works";
that one PATCH carries one member is the documented sample.
"""

from dataclasses import replace

from sandbox.provisioning.changes import add_member, remove_member
from sandbox.provisioning.entry import Work
from sandbox.provisioning.memory import Link
from sandbox.provisioning.outcome import Outcome, Step


def wanted(work: Work, group_id: str) -> dict[str, str]:
    """Return source and target ids of the members that a group should have."""
    links = work.memory.links
    present = ((one, links.get(one)) for one in work.directory.members.get(group_id, ()))
    return {one: link.target_id for one, link in present if link and link.type == "User" and link.managed}


async def synchronize(
    work: Work, link: Link, members: dict[str, str], told: Outcome, *, verify: bool
) -> Outcome | None:
    """Add and remove members until the group has these; `verify` asks the target instead of believing the link."""
    link = work.memory.links[link.source_id]
    known = dict(link.members)
    added, removed = 0, 0
    for source_id, target_id in members.items():
        if known.get(source_id) == target_id and not verify:
            continue
        if not (verify and await work.client.is_member(link.target_id, target_id)):
            await _patch(work, link, add_member(target_id, compliant=work.client.credentials.compliant))
            added += 1
        known[source_id] = target_id
        link = _remembered(work, link, known)
    for source_id in [one for one in known if one not in members]:
        await _patch(work, link, remove_member(known[source_id], compliant=work.client.credentials.compliant))
        removed += 1
        del known[source_id]
        link = _remembered(work, link, known)
    if not added and not removed:
        return None
    step = Step("EntryExportUpdate", "referenceResolution", "success", f"{added} members added, {removed} removed.")
    return told.then(step, status="success", action="update", target_id=link.target_id)


async def _patch(work: Work, link: Link, operation: dict[str, object]) -> None:
    await work.client.patch("Groups", link.target_id, [operation])


def _remembered(work: Work, link: Link, known: dict[str, str]) -> Link:
    """Write down each member at once, so that a killed sandbox goes on where it was."""
    fresh = replace(link, members=dict(known))
    work.memory.remember(fresh)
    return fresh
