"""What Entra and the stack know of the synchronization job and of the token it uses."""
