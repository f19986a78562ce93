"""Who may write, and how much one client may ask for and have held for it."""
