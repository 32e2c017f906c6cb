"""How a command prints, asks and shows progress."""
