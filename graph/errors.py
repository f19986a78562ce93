"""What can go wrong, as one small tree: a message for people, and the fields a program needs.

Each message names the thing, the place and the remedy. The api maps these classes to HTTP statuses in one
table; the command line prints the message and exits with 1. Child processes send errors home with
`to_dict`, so every field must fit into JSON.
"""

# ruff: noqa: N818  (QueryTimeout reads better than QueryTimeoutError wherever it is raised or caught)

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from typing import Any

from onrecord.graph.quoting import without_long_words


class OnrecordError(Exception):
    """Anything that is the matter with what was asked, or with the store it was asked of."""

    def __init__(self, message: str) -> None:
        # (what is quoted in it may come from anywhere, and be as long as a request)
        message = without_long_words(message)
        super().__init__(message)
        self.message = message

    def to_dict(self) -> dict[str, Any]:
        """This error as JSON, with the name of its class."""
        fields = {key: value for key, value in vars(self).items() if not key.startswith("_")}
        return {"error": type(self).__name__, **fields}


class QuerySyntax(OnrecordError):
    """The text is no SPARQL; line and column count from 1 in the text as it was sent."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryRefused(OnrecordError):
    """The query is one we do not run: too long, nested too deep, SERVICE, an update."""


class QueryTimeout(OnrecordError):
    """The query ran past its time limit and was stopped."""


class PageTimeout(OnrecordError):
    """A page took longer than pages may, over all its queries."""


class UnknownPlace(OnrecordError):
    """A list cannot begin where it is asked to: that is no place in it."""


class BadParameter(OnrecordError):
    """A condition on what is asked for cannot be read."""


class QueryMemory(OnrecordError):
    """The query needed more memory than one may have."""


class ServiceFailed(OnrecordError):
    """A SERVICE of the query could not be asked, or gave no answer that can be used; SILENT would have passed over it."""


class ServiceTimeout(ServiceFailed):
    """A SERVICE of the query did not answer in its time; SILENT would have passed over it."""


class ResultTooLarge(OnrecordError):
    """The result grew past its limit and was dropped."""


class Unsortable(OnrecordError):
    """The engine cannot bring these values into an order: a defect of its own, see unsortable()."""


class UpdateSyntax(QuerySyntax):
    """The text is no SPARQL update; line and column as in QuerySyntax."""


class UpdateRefused(QueryRefused):
    """The update is one we do not run: LOAD, SERVICE, too large, its data set named twice."""


class UpdateFailed(UpdateRefused):
    """The update names a graph that is not there, or makes one that is; SILENT would have passed over it."""


class UpdateTimeout(QueryTimeout):
    """The update or upload ran past its time limit and was stopped; nothing was changed."""


class UpdateMemory(QueryMemory):
    """The update or upload needed more memory than one may have; nothing was changed."""


class UploadSyntax(OnrecordError):
    """What was sent is not in the RDF format it is said to be in; line and column where the parser knows them."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class UnknownFormat(OnrecordError):
    """What was sent is said to be in a format that is not read here."""

    def __init__(self, message: str, offers: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.offers = list(offers)


class Protected(OnrecordError):
    """The graph is kept by the service itself (terms.PROTECTED), and nobody else writes it."""


class PreconditionFailed(OnrecordError):
    """The graph has moved on from the version the change was made for; nothing was changed."""

    def __init__(self, message: str, version: int = 0) -> None:
        super().__init__(message)
        self.version = version


class NotAcceptable(OnrecordError):
    """This kind of result cannot be had in any format that was asked for."""

    def __init__(self, message: str, offers: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.offers = list(offers)


class Busy(OnrecordError):
    """Too many queries wait already; retry_after is in seconds."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotInstalled(OnrecordError):
    """What is asked for needs a package that is not installed here."""


class UnknownGraph(OnrecordError):
    """No graph of that name in this version."""


class UnknownVersion(OnrecordError):
    """That version does not exist, or is no longer kept."""


class UnknownCommit(OnrecordError):
    """There was never a commit of that number."""


class BadChange(OnrecordError):
    """A change that no store of ours can take: a blank node, no graph, the same quad added and removed."""


class StorageFull(OnrecordError):
    """No space left where the data is kept; nothing was changed, and reading goes on."""


class StoreLocked(OnrecordError):
    """Another process serves this directory."""


class ReplicaReadOnly(OnrecordError):
    """A replica takes its commits from the service that it follows, and no others."""


class ReplicationFailed(OnrecordError):
    """The commits of another service cannot be had, are not whole, or do not follow on those that are here."""


class DataMoved(OnrecordError):
    """The data directory was moved away or replaced under a running server; nothing is written any more."""


class NoGraph(OnrecordError):
    """The data directory holds no graph yet."""


class WrongMode(OnrecordError):
    """A plain store is opened as a graph with shapes, or the other way round."""


class BackupRefused(OnrecordError):
    """A backup cannot be made or restored there: the directory is in use, or the backup is not whole."""


class BadToken(OnrecordError):
    """A token cannot be made or revoked as asked: its name is taken, unknown or no name, its scope is none."""


class StoreDamaged(OnrecordError):
    """A file of the store cannot be read or is missing."""


class StoreCorrupt(StoreDamaged):
    """Oxigraph's files are there, and are not whole, as a power cut may leave them."""


class EngineFailure(OnrecordError):
    """One of our own processes died or could not start: not the asker's fault."""


class MirrorFailed(EngineFailure):
    """Another server that has a mirror of the graph cannot be reached, or gave no whole answer."""


def unsortable(words: str) -> Unsortable | None:
    """What a process died of whose last words are these, if it was over sorting.

    Oxigraph compares values as SPARQL's operators do, by which a time without a zone is neither before nor after one
    with a zone, and values of different kinds have no order either. Its sort aborts the process when it notices.
    """
    if "does not correctly implement a total order" not in words:
        return None
    return Unsortable(
        "the engine cannot sort these values: ORDER BY is over values of different kinds, or over times with and without "
        "a zone. Order by a text, such as ORDER BY STR(?x), or by DATATYPE(?x) first"
    )


def damaged(what: str, path: object, why: object) -> StoreDamaged:
    """Files of Oxigraph's that are not whole: snapshots share theirs with the store, so both are to be made again."""
    if is_forbidden(why):
        return StoreDamaged(f"{what} {path} cannot be read ({why}): {_TO_OWNER}")
    kind = StoreCorrupt if is_corrupt(why) else StoreDamaged
    return kind(
        f"{what} {path} cannot be read ({why}). Stop the server, move the directories store and snapshots away and start "
        "again: both are built again from the history beside them"
    )


def unwritable(message: str, why: object) -> EngineFailure:
    """What the writer could not do, and what helps where files are another user's."""
    return EngineFailure(
        f"{message}. There are files of another user: {_TO_OWNER}" if is_forbidden(why) else message
    )


_TO_OWNER = "give the data directory, with all that is in it, to the user that the service runs as (chown -R)"


def is_forbidden(error: object) -> bool:
    """Whether a file may not be touched, as the system and RocksDB word it."""
    return "Permission denied" in str(error) or "Operation not permitted" in str(error)


def is_corrupt(error: object) -> bool:
    """Whether files are not whole, as RocksDB words it."""
    return "Corruption" in str(error)


def is_full(error: Exception) -> bool:
    """Whether this is a full disk (or quota), also as RocksDB words it."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return True
    return "No space left" in str(error) or "quota exceeded" in str(error)


def from_dict(value: Mapping[str, Any]) -> OnrecordError:
    """The error that a child process sent; one of an unknown class becomes an EngineFailure."""
    fields = dict(value)
    kind = globals().get(str(fields.pop("error", "")))
    if isinstance(kind, type) and issubclass(kind, OnrecordError):
        return kind(**fields)
    return EngineFailure(str(value.get("message") or value))
