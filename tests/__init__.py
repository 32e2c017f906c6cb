"""Tests, in the tree of what they test; a package, so that `tests/providers` is never taken for `providers`."""
