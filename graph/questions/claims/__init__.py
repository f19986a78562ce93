"""Claims side by side: what was counted, how each stands, which contradict each other and why."""
