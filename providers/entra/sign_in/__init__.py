"""How this program signs in to Entra, and to which tenant."""
