"""Rules of `providers.entra`."""
