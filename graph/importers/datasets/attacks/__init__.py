"""What tables of attacks on Ukraine have in common, and the parts of the importer missile-attacks."""
