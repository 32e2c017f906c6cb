"""The rotation protocol, explored exhaustively over the program's own decision functions."""
