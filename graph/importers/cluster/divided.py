"""An import divided into partitions, from files to a commit or to parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.graph.importers.cluster import partitions, parts, work
from onrecord.graph.importers.cluster.workers import Workers
from onrecord.graph.importers.model import Importer, Refusal
from onrecord.graph.importers.runner import Around, Options, Outcome, Reading
from onrecord.graph.importers.spool import RecordLines, Spool
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected, Report, Result

ROWS = 1_000
"""Rows in a partition, at least."""


@dataclass(slots=True)
class Divided:
    """Works out what files say by partitions, with workers: the `make` of runner.run.

    `source` as of work.Job. With `gated`, the shapes are asked of each partition, and `found` has what they say.
    """

    ledger: Ledger
    settings: Settings
    workers: Workers
    source: tuple[str, str] | None = None
    rows: int = ROWS
    gated: bool = False
    found: list[Result] = field(default_factory=list)
    _surrounding: work.Surrounding | None = None

    def __call__(self, reading: Reading) -> Iterator[RecordLines | Refusal]:
        """All that the files say, then what is refused, by line."""
        importer, files = reading.importer, reading.files
        plan = partitions.plan(importer, files, reading.around, self.rows)
        version = self.ledger.version
        self._surrounding = work.pack(
            self.settings.data, version, f"{version} {self.ledger.commit_id(version)}", reading.graph
        )
        reading.progress(f"{len(plan.partitions):,} rows in {plan.count:,} partitions")
        refused = list(plan.refused)

        def read() -> Iterator[partitions.Partition]:
            for number, rows in partitions.read(importer, files, plan):
                reading.count(len(rows))
                yield number, rows

        for made in self.workers.outcomes(self._job(importer), self._surrounding, read()):
            yield from made.said
            refused += made.refused
            if made.report is not None:
                self.found += Report.from_dict(made.report).results
        places = {str(path): place for place, path in enumerate(files)}
        yield from sorted(refused, key=lambda one: (places.get(one.file, 0), one.line))

    def _job(self, importer: Importer) -> work.Job:
        settings = self.settings
        return work.Job(
            importer.name, self.source, settings.base, self.gated, settings.fast_shapes, work.release()
        )

    def check(self, shared: Sequence[str]) -> None:
        """Raise Rejected where the shapes refuse anything: a partition, or what is of common use in all of them."""
        if not self.gated or self._surrounding is None:
            return
        report = work.check(shared, self._surrounding, fast=self.settings.fast_shapes)
        whole = Report.of([*self.found, *Report.from_dict(report).results])
        if not whole.conforms:
            raise Rejected(
                f"the shapes refuse what the files say; nothing was written. {whole.text()}", whole
            )


def write_parts(  # noqa: PLR0913
    divided: Divided,
    importer: Importer,
    files: Sequence[Path],
    directory: Path,
    options: Options,
    *,
    progress: Callable[[str], None] = lambda _: None,
    refused: Callable[[Refusal], None] = lambda _: None,
) -> Outcome:
    """Write what files say, checked partition by partition, into a directory as sorted N-Quads; the graph stays as it is.

    Outcome.quads_added is how many quads that is. BadDirectory; otherwise as runner.run.
    """
    parts.check_directory(directory)
    base = divided.settings.base
    around = Around(divided.ledger, importer.graph(base), base)
    reading = Reading(importer, files, around, options, progress, refused)
    with Spool() as spool:
        divided.check(reading.into(spool, divided))
        reading.outcome.quads_added = parts.write(spool, directory)
    return reading.outcome
