"""How the graph is kept: one writer, immutable snapshots, readers that can be killed.

base.py the protocol and the answer; embedded.py the engine on this machine; workers.py its child processes,
frames.py how they are spoken to, confine.py what they may not do; writer.py, reader.py and gate.py are those
processes; history.py is the commit log on disk.
"""
