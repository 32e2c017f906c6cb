"""Have the engine decrypt everything encrypted in a stack; `python -m scimctl.engine.decryption` prints why it cannot.

`./run` starts it after a run of the engine that failed before it began, since the engine names no recommended action.
"""

import sys

from providers.errors import ConfigurationError
from providers.output import settle_streams, spelled
from scimctl.engine import engine

_ENCRYPTED = (
    ("stack", "history", "--show-secrets", "--page", "1", "--page-size", "1"),  # takes the key in any case
    ("config", "--json", "--show-secrets"),
    ("stack", "export", "--show-secrets"),
)


def check_decryption(stack: str) -> None:
    """Raise EngineError if something cannot be decrypted; `stack` is "" for the selected stack."""
    for arguments in _ENCRYPTED:
        engine.ask(arguments, stack)


def main() -> None:
    """Print the reason, one line, if there is one and it is known."""
    try:
        check_decryption("")
    except engine.DecryptionError as error:
        sys.stdout.write(f"{spelled(str(error))}\n")
    except (engine.EngineError, ConfigurationError):
        pass  # the engine has printed its own message


if __name__ == "__main__":
    settle_streams()
    main()
