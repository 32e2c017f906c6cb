"""Who is in a group at the target: one PATCH a member, after users and groups themselves.

Direct members only, and only those that have a counterpart. Source: Microsoft, "How application provisioning works";
that one PATCH carries one member is the documented sample.
"""

from dataclasses import replace
from typing import Any

from sandbox.provisioning.cycle.entry import Work
from sandbox.provisioning.cycle.memory import Link
from sandbox.provisioning.cycle.outcome import Outcome, Step
from sandbox.provisioning.scim.changes import add_member, remove_member


def wanted(work: Work, group_id: str) -> dict[str, str]:
    """Return source and target ids of the members that a group should have."""
    links = work.memory.links
    present = ((one, links.get(one)) for one in work.directory.members.get(group_id, ()))
    return {one: link.target_id for one, link in present if link and link.type == "User" and link.managed}


async def synchronize(
    work: Work, link: Link, members: dict[str, str], told: Outcome, *, verify: bool
) -> Outcome | None:
    """Add and remove members until the group has these; `verify` asks the target instead of believing the link."""
    memory, group, compliant = work.memory, link.source_id, work.client.credentials.compliant
    modified: list[tuple[str, Any, Any]] = []
    for source_id, target_id in members.items():
        if memory.members(group).get(source_id) == target_id and not verify:
            continue
        if not (verify and await work.client.is_member(link.target_id, target_id)):
            await work.client.patch("Groups", link.target_id, [add_member(target_id, compliant=compliant)])
            modified.append(("members", None, target_id))
        memory.remember_member(group, source_id, target_id)
    for source_id in [one for one in memory.members(group) if one not in members]:
        target_id = memory.members(group)[source_id]
        await work.client.patch("Groups", link.target_id, [remove_member(target_id, compliant=compliant)])
        modified.append(("members", target_id, None))
        memory.forget_member(group, source_id)
    if not modified:
        return None
    added = sum(1 for _, old, _ in modified if old is None)
    description = f"{added} members added, {len(modified) - added} removed."
    step = Step("EntryExportUpdate", "referenceResolution", "success", description)
    return replace(told, modified=tuple(modified)).then(
        step, status="success", action="update", target_id=link.target_id
    )
