"""What each command prints in each state of the world: the table, the states, and the test that runs every cell."""
