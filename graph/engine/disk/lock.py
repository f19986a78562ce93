"""The lock of a data directory: one server at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import Final

from onrecord.graph import errors

_SECONDS: Final = 3.0
"""How long a start waits for the lock: a killed server's writer holds it a moment longer than its front."""


def take(data: Path) -> int:
    """Lock the data directory, making it where there is none; the descriptor that holds the lock."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise errors.EngineFailure(
            f"the data directory {data} cannot be used ({error}); set ONRECORD_DATA to one that can"
        ) from None
    until = time.monotonic() + _SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(0.05)
                continue
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise errors.StoreLocked(
                f"{data} is in use by process {holder or 'unknown'}: stop that one, or set ONRECORD_DATA to another directory"
            ) from None
    with contextlib.suppress(OSError):
        # Only for the message above, so a full disk must not keep a server from starting.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor
