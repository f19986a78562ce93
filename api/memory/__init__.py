"""What is held in memory, against limits: answers for the next client that asks, and bytes for those that take their time."""
