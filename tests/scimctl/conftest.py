"""Workspaces as the end-to-end tests have them: `up` is deployed, and whoever breaks something puts it right again."""

from tests.e2e.conftest import deployed, make, up

__all__ = ["deployed", "make", "up"]
