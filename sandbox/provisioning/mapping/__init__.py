"""From attributes of Entra to attributes of SCIM, as a synchronization schema maps them; pure."""
