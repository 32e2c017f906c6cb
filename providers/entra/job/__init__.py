"""The synchronization job: its state, what is wrong with it, and when its credentials may be tested."""
