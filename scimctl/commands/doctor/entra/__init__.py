"""Checks of the application, the names of the stack file, and the permissions."""
