"""Files beside the store: written whole, sorted in bounded memory; tokens, and texts that are kept."""
