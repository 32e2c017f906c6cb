"""HPE GreenLake: the SCIM proxy token that Entra presents, and the short-lived bearer that makes it."""
