"""How the graph is kept: one writer, immutable snapshots, readers that can be killed.

base.py     the Engine protocol, and the answer a query gets
embedded.py the engine on this machine, over one data directory
writer.py, reader.py, gate.py, editor.py   its child processes: they write, answer, check, work out changes
workers.py  how they are started, asked and killed; frames.py how they are spoken to; pool.py who gets a reader
priority.py long work gives way to short
confine.py  what they may not do; limits.py what one request may take; counting.py how many rows it yields
history.py  the commit log on disk; snapshots.py what readers open; lock.py one server a directory
editing.py  the front's side of the editor; on the other: evaluating.py (SPARQL Update) over operations.py (its text
            taken apart), uploads.py (RDF read), naming.py (IRIs for blank nodes), scratch.py (the copy they work on)
mode.py     whether a directory holds a plain store
wording.py  what is wrong with a query or an update, in words
"""
