"""Entra's provisioning logs."""
