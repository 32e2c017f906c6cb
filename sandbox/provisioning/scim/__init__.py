"""How the engine talks to the SCIM service: its credentials, requests, pace and refusals."""
