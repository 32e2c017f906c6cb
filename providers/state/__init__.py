"""What a resource of ours has in state: which keys, of which types, and how an older version is upgraded."""
