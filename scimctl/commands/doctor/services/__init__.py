"""Checks of what is reached over the network, and of the token."""
