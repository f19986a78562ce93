"""Relations between actors, one query a kind: see kinds.py for the form of its file."""
