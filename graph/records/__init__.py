"""YAML in: records are read, their quotations found, and built into the graph as one checked change."""
