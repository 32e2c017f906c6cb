"""Who should be in GreenLake against who is: pure, from Graph's users and groups and SCIM's resources."""
