"""What follows from claims: which contradict one another and by which rule, how each stands, on whose word it rests."""
