"""The control API, and what it can break in a world."""
