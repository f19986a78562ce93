"""What a write means, above any engine: evaluated on a copy, its blank nodes named, checked, then committed.

requests.py      the requests: Update, Put, Post, Delete, Apply
transactions.py  one change after another: worked out, checked, committed
client.py        the front's side: starts, asks and kills the two child processes
editor.py        the child that works changes out: protected graphs, forged commits, what is derived
evaluate.py      SPARQL Update; skolem.py IRIs for blank nodes; scratch.py the copy they work on
parsing/         RDF that is sent: parsing/uploads.py for one graph, parsing/documents.py whole files, a piece at a time
gate.py          the child that holds a change against the shapes
bulk_loader.py   the child that loads large files into a plain store; progress.py tells how far it is
"""
