"""For programs: linked data, dumps, the history, and what the service says of itself."""
