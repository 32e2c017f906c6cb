"""What happens to a request before a service answers it, and to the connection that it came over."""
