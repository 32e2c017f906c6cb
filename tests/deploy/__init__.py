"""What is handed to other systems as files: monitoring."""
