"""The graph on another SPARQL server: a mirror of ours that answers what is asked of the newest version.

service.py   one SPARQL 1.1 server, as we speak to it; dialects.py what each kind of server does in its own way
construct.py a CONSTRUCT asked as rows
mirror.py    our commits brought to it, one after the other
engine.py    the engine: this machine's, with queries answered there while the mirror is level
"""
