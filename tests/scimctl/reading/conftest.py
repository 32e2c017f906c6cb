"""Commands that read Graph alone, at a world of the sandbox and without the engine: its state is said by the test."""

from tests.providers.conftest import here
from tests.providers.entra.conftest import application

__all__ = ["application", "here"]
