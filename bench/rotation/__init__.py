"""What `./run bench rotation` consists of: tokens that rotate while pushes never pause."""
