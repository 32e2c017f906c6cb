"""The clients of HPE GreenLake: its token API, the bearer for it, and what its answers mean."""
