"""SCIM at the target: whether it accepts a token, and what it holds."""
