"""The token's age and its rotation."""
