"""Text for people and programs, without the graph: figures and dates in words, spelling, addresses of passages, XML."""
