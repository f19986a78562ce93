"""Rules over claims: which contradict one another, and by which rule."""
