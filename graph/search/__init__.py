"""Things by their names, in any script and spelling."""
