"""`scimctl notify` and what it knows of the services that take messages."""
