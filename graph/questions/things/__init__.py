"""Things of the graph as people read them: fetched in batches, as objects with attributes, in lists by key."""
