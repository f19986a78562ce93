"""For people: the pages."""
