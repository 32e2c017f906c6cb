"""Taking over an application whose provisioning was set up by hand: read, compare, propose, write, undo."""
