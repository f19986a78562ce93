"""The formats in which a network is taken away, a module each, and the table of them."""
