"""Workspaces as the end-to-end tests have them: `up` is deployed, and a test that breaks something repairs it."""

from tests.e2e.conftest import deployed, make, up

__all__ = ["deployed", "make", "up"]
