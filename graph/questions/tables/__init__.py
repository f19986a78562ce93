"""Answers that come as tables, each of one query that anybody can ask again; and as JSON or CSV."""
