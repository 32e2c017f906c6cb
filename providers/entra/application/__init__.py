"""The enterprise application: what is set on it already, and what a run that failed left."""
