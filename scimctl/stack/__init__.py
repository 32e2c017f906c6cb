"""What state and the stack file have of a stack."""
