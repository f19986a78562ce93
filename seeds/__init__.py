"""The records the graph is built from, as package data."""
