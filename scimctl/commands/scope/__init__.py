"""Who enters and who leaves with the next `up`."""
