"""Child processes: started, limited, asked, killed; no RDF."""
