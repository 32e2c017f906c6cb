"""Calls of Microsoft Graph: addresses, permissions, queries and errors, whatever the object."""
