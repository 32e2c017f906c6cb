"""What `./run` does, in the standard library alone: it runs before the virtual environment exists."""
