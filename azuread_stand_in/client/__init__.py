"""Microsoft Graph as the stand-in calls it: sign-in, requests, and waiting until a write can be read."""
