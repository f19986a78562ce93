"""SHACL shapes, one file a subject, as package data."""
