"""The pool of readers: an older version goes to the reader that has it open, since opening it takes long."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from onrecord.graph.engine.processes.pool import Pool


class Reader:
    """One that is always ready."""

    def __init__(self) -> None:
        self.older: deque[int] = deque(maxlen=2)

    def warm(self) -> bool:
        return True

    alive = warm

    def kill(self) -> None:
        pass

    end = kill


class Later(list[Callable[[], Any]]):
    """Work that is put off until it is asked for."""

    run_later = list.append

    def do(self) -> None:
        while self:
            self.pop(0)()


def test_an_older_version_is_read_by_the_reader_that_was_asked_of_it_where_that_is_free() -> None:
    later = Later()
    pool = Pool(cast("Any", later), 2, 0, 0.0, cast("Any", Reader))
    later.do()
    with pool.lend():
        pass
    later.do()  # the spare one
    with pool.lend(1) as first, pool.lend(2) as second:
        later.do()
    # The one used last is the first, and stays so for the newest version.
    with pool.lend(2) as again, contextlib.ExitStack() as meanwhile:
        assert again is second
        assert meanwhile.enter_context(pool.lend(2)) is not second
    with pool.lend(1) as again:
        assert again is first
    with pool.lend() as newest:
        assert newest is first
    pool.close()
