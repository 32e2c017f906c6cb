"""The resources and look-ups that the stand-in knows, one a file, and the table of them."""
