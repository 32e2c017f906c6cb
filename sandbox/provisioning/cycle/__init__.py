"""One provisioning cycle: what it reads, pushes, remembers and logs."""
