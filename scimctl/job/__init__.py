"""What Entra and the stack say of the synchronization job and of the token it uses."""
