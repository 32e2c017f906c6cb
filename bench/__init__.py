"""What `./run bench` consists of: two programs side by side, pushes while tokens rotate, and arithmetic about both."""
