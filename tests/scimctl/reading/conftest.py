"""Commands that read Graph alone, at a world of the sandbox and without the engine: the test gives its state."""

from tests.providers.conftest import here
from tests.providers.entra.conftest import application

__all__ = ["application", "here"]
