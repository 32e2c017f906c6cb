"""What this process of the engine knows of the stack's token: whether the program declares it, and which is the newest.

A delete does not show a provider whether it belongs to a replacement, nor which resource came after. But the engine
checks what the program declares before it deletes, and a destroy checks nothing, not even with `--run-program`. So a
delete of a token that the program declares is a replacement (`up --replace`, a taint), and a token older than the
newest one seen is left alone.
"""

from dataclasses import dataclass


@dataclass
class Declared:
    """What was seen so far; the engine gives every pass its own process."""

    by_the_program: bool = False
    newest: str = ""  # its fingerprint


seen = Declared()
