"""Whether reality is as declared."""
