"""What every part of the sandbox stands on: worlds, their documents, settings and tokens."""
