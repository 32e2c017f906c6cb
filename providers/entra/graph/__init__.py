"""The clients of Microsoft Graph, and how its answers are read."""
