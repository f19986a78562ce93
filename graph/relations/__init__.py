"""Relations between actors, one query a kind: adding a relation is adding a file.

A file's name is the kind; its first line says it in words, `# label: definition`. It selects ?source and ?target,
when it held (?begin, ?end, either may be unbound) and ?evidence, the resource it rests on: one row each.
"""
