"""What the engine and the stack file have of a stack."""
