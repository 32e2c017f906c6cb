"""Rules of `providers.greenlake`."""
