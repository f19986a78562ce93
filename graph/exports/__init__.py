"""The graph as files to take away: RDF and tables, whole or of what is current."""
