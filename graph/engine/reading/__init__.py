"""Reading: the child processes that answer from a snapshot, and how results are written in the formats asked for."""
