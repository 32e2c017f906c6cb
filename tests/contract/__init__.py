"""The stand-in for the azuread plugin against recordings of the real one."""
