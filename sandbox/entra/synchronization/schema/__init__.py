"""The synchronization schema of a job: the default one, and what Graph accepts in its place."""
