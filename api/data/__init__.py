"""For programs: linked data, dumps, and what the service says of itself."""
