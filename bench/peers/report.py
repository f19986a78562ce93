"""What a run of the measurements found, as tables in Markdown and a chart, put into docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.pages import Page
from bench.peers import chart
from bench.peers.comparison import Result, Times

_DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
_OURS: Final = "onrecord"
_NATIVE: Final = "oxigraph serve"
_AIM: Final = 1.2
"""Times as long as Oxigraph's server, that a new query may take."""


@dataclass(slots=True)
class Machine:
    """What a server takes: seconds to load and to start, milliseconds of a commit, MiB of memory, bytes of disk, answers a
    second by (clients, whether queries are new)."""

    load: float | None = None
    start: float | None = None
    commit: float | None = None
    memory: int | None = None
    disk: int | None = None
    rates: dict[tuple[int, bool], float] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """All that was measured: the quads asked for and held, what each server and each query takes, pages, and peers left out
    with the reason."""

    quads: int
    held: int
    machines: dict[str, Machine] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def tables(run: Run) -> str:
    """The tables."""
    return "\n".join([*_queries(run), "", *_differences(run), "", *_machines(run), "", *_pages(run), ""])


def write(run: Run) -> None:
    """Put the tables and the chart into docs/, in the place of those of an earlier run over as many quads."""
    name = f"performance-{run.quads}.svg"
    picture = chart.draw(
        f"A query never asked before, median of milliseconds, {run.held:,} quads",
        {
            result.question.name: {server: times.median for server, times in result.unseen.items()}
            for result in run.results
        },
        list(run.machines),
    )
    (_DOCS / name).write_text(picture, encoding="utf-8")
    page = _DOCS / "performance.md"
    begin, end = f"<!-- bench {run.quads} -->\n", f"<!-- end of bench {run.quads} -->\n"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    if not found:
        raise ValueError(f"{page} has no place for these tables: write the lines\n{begin}{end}into it")
    text = f"![Each query at each server, in milliseconds]({name})\n\n{tables(run)}"
    page.write_text(f"{before}{begin}{text}{end}{after}", encoding="utf-8")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _head(cells: list[str]) -> Iterator[str]:
    yield _row(cells)
    yield f"|{'---|' * len(cells)}"


def _queries(run: Run) -> Iterator[str]:
    names = list(run.machines)
    yield f"{run.held:,} quads. Milliseconds, median (95th percentile), of queries that are new / repeated; the ratio is of new ones.\n"
    yield from _head(["query", "rows", *names, f"{_OURS} / {_NATIVE}"])
    for result in run.results:
        ratio = result.ratio(_OURS, _NATIVE)
        times = [
            f"{_times(result.unseen.get(name))} / {_times(result.repeated.get(name))}"
            if name in result.unseen
            else "no answer"
            for name in names
        ]
        marked = "" if ratio is None else f"**{ratio:.2f}**" if ratio > _AIM else f"{ratio:.2f}"
        yield _row([result.question.name, f"{result.rows:,}", *times, marked])
    for name, why in run.left_out.items():
        yield f"\n{name} was not measured: {why}."


def _times(times: Times | None) -> str:
    return "" if times is None else f"{times.median:.1f} ({times.high:.1f})"


def _differences(run: Run) -> Iterator[str]:
    differing = [result for result in run.results if result.differences]
    same = len(run.results) - len(differing)
    yield f"Answers: {same} of {len(run.results)} queries were answered alike by all, each with several sets of parameters."
    for result in differing:
        for name, differs in result.differences.items():
            yield f"- {result.question.name}, {name}: {differs}"


def _machines(run: Run) -> Iterator[str]:
    yield from _head(["", *run.machines])
    machines = run.machines.values()

    def row(title: str, values: Iterable[float | None], digits: int = 0) -> str:
        return _row([title, *("" if value is None else f"{value:,.{digits}f}" for value in values)])

    yield row("load, seconds", [machine.load for machine in machines], 1)
    yield row("start to first answer, seconds", [machine.start for machine in machines], 1)
    yield row("commit of one triple, ms", [machine.commit for machine in machines], 1)
    yield row("memory after the queries, MiB", [machine.memory for machine in machines])
    yield row(
        "memory, bytes a quad",
        [machine.memory and (machine.memory << 20) / run.held for machine in machines],
    )
    yield row("disk, bytes a quad", [machine.disk and machine.disk / run.held for machine in machines])
    for many, unseen in sorted({key for machine in machines for key in machine.rates}):
        title = f"answers a second, {many} clients, {'new' if unseen else 'repeated'}"
        yield row(title, [machine.rates.get((many, unseen)) for machine in machines])


def _pages(run: Run) -> Iterator[str]:
    yield from _head(["page", "queries", "ms", "KiB"])
    for page in run.pages:
        took = f"{page.milliseconds:.0f}" if page.status == 200 else f"answered {page.status}"
        yield _row([page.kind, str(page.queries), took, f"{page.size / 1024:.0f}"])
