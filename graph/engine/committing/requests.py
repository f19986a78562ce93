"""What the writer can be asked: one class a request. The first is Open; the others make a commit each, but for Prepare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from onrecord.graph.engine.processes.requests import Codec


class Open(NamedTuple):
    """Open the store of a data directory; `bookkeeping` is the module that describes commits and the base of its IRIs."""

    data: str
    bookkeeping: tuple[str, str] | None


class Make(NamedTuple):
    """Make a change, given as the rows of its ChangeSet; `commit` is Commit.to_dict."""

    commit: Mapping[str, Any]
    body: bytes


class MakeStaged(NamedTuple):
    """The same of rows in a file, of which each has effect; `store` is a copy of the store in which it was made, if it was."""

    commit: Mapping[str, Any]
    rows: str
    store: str | None


class Prepare(NamedTuple):
    """Make the change of the rows in a file in a copy of the store, at this place, for MakeStaged; so many quads come and go."""

    rows: str
    store: str
    added: int
    removed: int


class Follow(NamedTuple):
    """Make the next commit of another directory, given as its patch."""

    body: bytes


Request = Make | MakeStaged | Follow
OPENING: Final[Codec[Open]] = Codec("writer", Open)
COMMITS: Final[Codec[Request | Prepare]] = Codec("writer", Make, MakeStaged, Prepare, Follow)
