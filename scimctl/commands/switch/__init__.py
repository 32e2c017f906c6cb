"""Starting, stopping and restarting provisioning."""
