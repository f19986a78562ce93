"""What ontology/ says, as objects, and the example queries."""
