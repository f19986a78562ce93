"""Committing: the one child process that has the store open for writing, and the side of the front that asks it."""
