"""The commands about many stacks."""
