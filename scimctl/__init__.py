"""Operate what the stack deployed: look at it, switch it, test it, and report drift in the words of the portal."""

__version__ = "0.1.0"
