"""Who should be in GreenLake against who is."""
