"""Torture: what the service must survive, done to it a thousand times, with figures. Run by `python -m tests.torture`."""
