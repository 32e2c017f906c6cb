"""The SCIM service, behind the proxy tokens."""
