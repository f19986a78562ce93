"""The library: records in, changes checked, engine, questions answered. Knows no HTTP server."""
