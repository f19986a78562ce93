"""What the engine misreads, found in the text of a query and written otherwise."""
