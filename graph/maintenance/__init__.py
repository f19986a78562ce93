"""What operators do with a data directory: back it up, restore it, look whether it is whole."""
