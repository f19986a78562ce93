"""Importers of the data sets that are known, a module each; attacks/ is what missile_attacks is made of."""
