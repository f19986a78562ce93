"""OWL ontology, SKOS vocabularies and competency questions, as package data."""
