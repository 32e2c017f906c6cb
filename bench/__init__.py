"""What `./run bench` consists of: two programs side by side, a stopwatch, and arithmetic about what it saw."""
