"""What this process of the engine knows of the stack's token: whether the program declares it, and which is the newest.

The engine tells a provider neither that a delete belongs to a replacement nor which resource came after. But it checks
what the program declares before it deletes, and a destroy checks nothing, not even with `--run-program`. So a delete of
a token that the program declares is a replacement (`up --replace`, a taint), and an older one than was seen is no
business of a delete any more.
"""

from dataclasses import dataclass


@dataclass
class Declared:
    """What was seen so far; the engine gives every pass its own process."""

    by_the_program: bool = False
    newest: str = ""  # its fingerprint


seen = Declared()
