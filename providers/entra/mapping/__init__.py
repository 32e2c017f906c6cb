"""Attribute mappings: what is declared, what Entra has, and the difference. Pure."""
