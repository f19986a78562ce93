"""How the process listens, whom it waits for, and how it ends."""
