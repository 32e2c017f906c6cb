"""Checks of what is installed here, and of locks."""
