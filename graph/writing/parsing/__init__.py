"""RDF that is sent, read: of one graph or of many, in any syntax, a piece at a time; nothing is fetched for it."""
