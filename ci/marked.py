"""Text that we find again: its first line is a marker that nobody sees, and it is never longer than GitHub takes."""

from ci.github import LIMIT

_CUT = "\n\nCut here, since GitHub takes no more: the job's log has the rest."


def marker(name: str) -> str:
    """Return the line by which a text of ours is found again."""
    return f"<!-- greenlake-scim {name} -->"


def marked(name: str, text: str) -> str:
    """Return the text under its marker, cut after a whole line if it is too long."""
    whole = f"{marker(name)}\n{text}"
    if len(whole) <= LIMIT:
        return whole
    return whole[: LIMIT - len(_CUT)].rpartition("\n")[0] + _CUT


def has_marker(text: str | None, name: str) -> bool:
    """Return whether a text is the one with this marker."""
    return (text or "").partition("\n")[0].rstrip() == marker(name)
