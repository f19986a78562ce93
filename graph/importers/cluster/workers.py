"""The workers of a Dask scheduler, or this process in their place: given one partition after another.

Dask is what researchers run on SLURM, Kubernetes and machines of their own. It gives what a worker had that died to another
one, so a worker that is killed costs time only.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from types import TracebackType
from typing import Any, Final, Protocol, Self

from onrecord.graph.errors import NotInstalled, OnrecordError
from onrecord.graph.importers.cluster import work
from onrecord.graph.importers.cluster.partitions import Partition
from onrecord.graph.importers.cluster.work import Job, PartitionOutcome, Surrounding
from onrecord.graph.importers.model import Row

_SECONDS: Final = 10.0
"""How long a scheduler may take to answer, and its first worker to come."""
_WAITING: Final = 3
"""Partitions that wait at the scheduler for each that is worked on: it holds their rows."""
_ATTEMPTS: Final = 5
Partitions = Iterable[Partition]


class Workers(Protocol):
    """Who works on partitions."""

    def outcomes(
        self, job: Job, surrounding: Surrounding, partitions: Partitions
    ) -> Iterator[PartitionOutcome]:
        """What comes of each partition, in any order."""


class Here(contextlib.nullcontext["Here"]):
    """This process, with one partition at a time."""

    def __enter__(self) -> Self:
        return self

    def outcomes(
        self, job: Job, surrounding: Surrounding, partitions: Partitions
    ) -> Iterator[PartitionOutcome]:
        """As of Workers."""
        for number, rows in partitions:
            yield work.work(job, surrounding, number, rows)


class ClusterFailed(OnrecordError):  # noqa: N818
    """The scheduler or its workers cannot be used; nothing was changed, and the message says what to do."""


class Cluster:
    """The workers of the scheduler at an address such as tcp://host:8786; to be used in a with statement.

    NotInstalled where Dask is not; ClusterFailed where nobody answers, or where workers are not of this release.
    """

    def __init__(self, address: str) -> None:
        try:
            self._dask = importlib.import_module("distributed")
        except ImportError:
            raise NotInstalled(
                "--scheduler needs Dask, which is not installed here: pip install 'onrecord[cluster]'"
            ) from None
        if "://" not in address:
            raise ClusterFailed(
                f"--scheduler: {address!r} is no address of a scheduler: write it as tcp://host:8786"
            )
        self._address = address
        # What matters of what it logs comes back as an error; the rest are tracebacks of connections that end.
        for name in logging.root.manager.loggerDict:
            if name.partition(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)

    def __enter__(self) -> Self:
        try:
            self._client = self._dask.Client(self._address, timeout=_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterFailed(
                f"the scheduler at {self._address} does not answer ({error}). Start it (dask scheduler), or give its address"
            ) from None
        try:
            self._check()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            self._client.close(timeout=_SECONDS)

    def _check(self) -> None:
        """Raise where there is no worker, or one that might make something else of the rows than this machine."""
        try:
            self._client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError:
            raise ClusterFailed(
                f"the scheduler at {self._address} has no workers: start some (dask worker {self._address} --nthreads 1)"
            ) from None
        wanted = work.release()
        versions = self._client.run(metadata.version, "onrecord", on_error="return")
        for worker, version in sorted(versions.items()):
            if isinstance(version, metadata.PackageNotFoundError):
                raise ClusterFailed(
                    f"the worker {worker} has no onrecord: install onrecord {wanted['onrecord']} there"
                )
            if version != wanted["onrecord"]:
                raise ClusterFailed(
                    f"the worker {worker} {work.different(wanted, {**wanted, 'onrecord': str(version)})}"
                )
        for worker, found in sorted(self._client.run(work.release, on_error="return").items()):
            # One that cannot even load this module has other files too.
            theirs = {**wanted, "files": ""} if isinstance(found, BaseException) else found
            if theirs != wanted:
                raise ClusterFailed(f"the worker {worker} {work.different(wanted, theirs)}")

    def outcomes(
        self, job: Job, surrounding: Surrounding, partitions: Partitions
    ) -> Iterator[PartitionOutcome]:
        """As of Workers. ClusterFailed where the cluster is lost, or a partition ends one worker after another."""
        sent = self._send(surrounding)
        done = self._dask.as_completed(loop=self._client.loop)
        held: dict[Any, tuple[int, list[Row], int]] = {}

        def give(number: int, rows: list[Row], attempt: int) -> None:
            future = self._client.submit(work.work, job, sent, number, rows, pure=False, retries=0)
            held[future] = number, rows, attempt
            done.add(future)

        def take() -> Iterator[PartitionOutcome]:
            nonlocal sent
            future = next(done)
            number, rows, attempt = held.pop(future)
            try:
                yield future.result(timeout=_SECONDS)
            except (asyncio.CancelledError, self._dask.client.FutureCancelledError):
                # All workers that held the graph are gone: it is sent to those there are now.
                if attempt == _ATTEMPTS or self._client.status != "running":
                    raise self._lost() from None
                sent = self._send(surrounding)
                give(number, rows, attempt + 1)
            except self._dask.KilledWorker as error:
                raise ClusterFailed(_killed(number, rows, error)) from None
            except (OSError, TimeoutError, ModuleNotFoundError, AttributeError) as error:
                raise ClusterFailed(
                    f"a worker cannot work on it ({type(error).__name__}: {error}). Nothing was changed"
                ) from None

        for number, rows in partitions:
            while len(held) >= self._most():
                yield from take()
            give(number, rows, 1)
        while held:
            yield from take()

    def _send(self, surrounding: Surrounding) -> Any:
        try:
            self._client.wait_for_workers(1, timeout=_SECONDS)
            return self._client.scatter(surrounding, broadcast=True, hash=False, timeout=60)
        except (OSError, TimeoutError, ValueError):
            raise self._lost() from None

    def _most(self) -> int:
        """How many partitions may be at the scheduler."""
        threads: Mapping[str, int] = self._client.nthreads()
        return 1 + _WAITING * sum(threads.values())

    def _lost(self) -> ClusterFailed:
        return ClusterFailed(
            f"the scheduler at {self._address}, or all of its workers, were lost. Nothing was changed: start them, and run the "
            "import again"
        )


def _killed(number: int, rows: list[Row], error: Any) -> str:
    where = f"{rows[0].file}:{rows[0].line}" if rows else "no rows"
    return (
        f"partition {number}, of {len(rows):,} rows from {where} on, ended {error.allowed_failures + 1} workers one after the other; "
        "most likely they lacked memory. Nothing was changed: give the workers more, or fewer rows at a time "
        "(--partition-rows)"
    )
