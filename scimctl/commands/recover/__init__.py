"""What a killed run of the engine leaves behind, and how it is cleared."""
