"""A system that lets no process leave its network, as Docker does by default."""

from __future__ import annotations

from typing import Final

REFUSED: Final = """
import ctypes, errno

known = ctypes.CDLL.__getattr__

def found(library, name):
    if name != "unshare":
        return known(library, name)
    def refuse(*_):
        ctypes.set_errno(errno.EPERM)
        return -1
    return refuse

ctypes.CDLL.__getattr__ = found
"""
"""Python code that makes unshare fail in the process that runs it."""
