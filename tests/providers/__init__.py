"""Rules of `providers`: pure modules here; what calls a service is tested over real HTTP elsewhere in this tree."""
