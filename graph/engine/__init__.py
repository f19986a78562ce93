"""How the graph is kept: one writer, immutable snapshots, readers that can be killed.

base.py     the Engine protocol, and the answer a query gets
embedded.py the engine on this machine, over one data directory
writer.py, reader.py, gate.py   its child processes: they write, answer, check
workers.py  how they are started, asked, killed and replaced; frames.py how they are spoken to
confine.py  what they may not do; limits.py what one request may take
history.py  the commit log on disk; snapshots.py what readers open; lock.py one server a directory
wording.py  what is wrong with a query, in words
"""
