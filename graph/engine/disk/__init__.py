"""The files of a data directory; no processes."""
