"""Python's search for garbage, made seldom while a change is worked on.

A large change is a million objects, none of them garbage, which the search would look through again and again: an eighth
of what an import computed.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_NEW: Final = 200_000
"""So many more objects than were let go of are made before those are looked through that came since the last time."""


@contextmanager
def seldom() -> Iterator[None]:
    """Look for garbage seldom; what there was before, and lasts, is not looked through at all until the end."""
    usual = gc.get_threshold()
    gc.set_threshold(_NEW, 50, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
