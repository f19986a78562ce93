"""Things found by their names and by the words said there, in any script and spelling."""
