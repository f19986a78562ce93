"""The two protocols: SPARQL and graph store."""
