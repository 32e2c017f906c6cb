"""What the engine and the stack file say of a stack."""
