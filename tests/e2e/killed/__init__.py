"""The engine killed at every exchange of every operation; afterwards `recover` and one more run end right."""
