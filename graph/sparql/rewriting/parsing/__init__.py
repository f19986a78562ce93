"""The text of a query or update, taken apart as far as rewriting needs it."""
