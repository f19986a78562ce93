"""A change held against the shapes and the ontology before it is made."""
