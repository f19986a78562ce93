"""SPARQL as text, without a store: tokens, limits, updates taken apart, mistakes explained."""
