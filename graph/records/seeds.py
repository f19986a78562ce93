"""The seeds as quads: vocabulary, reference data, documents, and what the rules derive from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import as_file, files
from pathlib import Path

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.disputes import derivation
from onrecord.graph.records import labels, yaml_ld
from onrecord.graph.records.project import Project
from onrecord.graph.records.record_file import RecordFile
from onrecord.graph.records.yaml_reader import Diagnostic, RecordError
from onrecord.graph.search import keys
from onrecord.graph.search.names import Names
from onrecord.graph.text.suggestions import did_you_mean, nearest
from onrecord.graph.validation import circles
from onrecord.graph.vocabulary import ontology


@dataclass(frozen=True, slots=True)
class Seeds:
    """What the seeds say: every quad, derived ones included, and the records they were read from."""

    quads: frozenset[ox.Quad]
    records: tuple[RecordFile, ...]
    base: str = terms.DEFAULT_BASE


def seed_files(root: Path) -> list[Path]:
    """The record files under a directory of seeds, sorted."""
    return sorted(
        path
        for pattern in ("reference/*.yaml", "assessments/*.yaml", "documents/*/record.yaml")
        for path in root.glob(pattern)
    )


def read_seeds(base: str = terms.DEFAULT_BASE, directory: Path | None = None) -> Seeds:
    """Every record under a directory of seeds (the package's own by default), checked against one another.

    Raises RecordError with the problems of all files at once.
    """
    with as_file(files("onrecord.seeds")) as own:
        root = directory or own
        paths = seed_files(root)
        if not paths:
            message = (
                "holds no reference/*.yaml and no documents/<slug>/record.yaml: give a directory of seeds"
            )
            raise RecordError([Diagnostic(str(root), 0, message)])
        return _read(paths, base)


def read_project(project: Project, base: str, *, with_seeds: bool) -> Seeds:
    """A project's records, with the package's seeds or without, as read_seeds reads them."""
    with as_file(files("onrecord.seeds")) as own:
        return _read([*(seed_files(own) if with_seeds else []), *project.files()], base)


def _read(paths: Iterable[Path], base: str) -> Seeds:
    loaded, problems = load_all(paths, base)
    vocabulary_quads = frozenset(ontology.vocabulary_quads(base))
    problems += check_together(loaded, described_in(vocabulary_quads), unread(problems))
    if problems:
        raise RecordError(sorted(problems))
    loaded = labels.complete(loaded, vocabulary_quads)
    stated = vocabulary_quads.union(*(record.quads for record in loaded))
    made = derivation.derive(stated, base) | keys.derive(stated, base)
    return Seeds(stated | made, tuple(loaded), base)


def load_all(paths: Iterable[Path], base: str) -> tuple[list[RecordFile], list[Diagnostic]]:
    """The records that can be read and the problems of those that cannot."""
    loaded, problems = [], []
    for path in paths:
        try:
            loaded.append(yaml_ld.load(path, base))
        except RecordError as error:
            problems += error.problems
    return loaded, problems


def unread(problems: Iterable[Diagnostic]) -> str:
    """All text of the files that could not be read as records: what they describe cannot be told."""
    files = (Path(name) for name in sorted({problem.file for problem in problems}))
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file())


def described_in(quads: Iterable[ox.Quad]) -> set[str]:
    """The IRIs that some quad gives a type."""
    subjects = (quad.subject for quad in quads if quad.predicate.value == terms.RDF_TYPE)
    return {subject.value for subject in subjects if isinstance(subject, ox.NamedNode)}


def check_together(loaded: Iterable[RecordFile], known: set[str], unread: str = "") -> list[Diagnostic]:
    """IRIs described in two files, and references to what no file describes; `known` is described elsewhere.

    What stands in the `unread` text of other files may be described there.
    """
    first: dict[str, str] = {}
    problems = []
    loaded = list(loaded)
    for record in loaded:
        twin = first.get(record.graph)
        if twin is not None and record.graph in record.lines:
            message = (
                f"{record.graph} is described a second time (first in {twin}): remove one of the two files"
            )
            problems.append(Diagnostic(record.file, record.lines[record.graph], message))
            continue
        for iri, line in record.lines.items():
            if iri in first:
                message = (
                    f"{iri} is described a second time (first in {first[iri]}): merge the two or rename one"
                )
                problems.append(Diagnostic(record.file, line, message))
            first.setdefault(iri, f"{record.file}:{line}")
    problems += _circles(loaded)
    everything = known | set(first)
    names = cache(lambda base: Names((quad for record in loaded for quad in record.quads), base))
    for record in loaded:
        for iri, line in record.references.items():
            base = _base(record.graph)
            if iri not in everything and iri.startswith(base) and iri.removeprefix(base) not in unread:
                message = f"{iri} is described nowhere{_nearest(iri, everything, names(base))}"
                problems.append(Diagnostic(record.file, line, message))
    return problems


def _circles(loaded: Iterable[RecordFile]) -> Iterator[Diagnostic]:
    """What leads back to where it began, in one step or several: each circle once."""
    for names, wrong in circles.RELATIONS:
        following: dict[str, set[str]] = defaultdict(set)
        places: dict[str, tuple[str, int]] = {}
        for record in loaded:
            for quad in record.quads:
                name = quad.predicate.value.removeprefix(terms.REC)
                if name in names and isinstance(quad.object, ox.NamedNode):
                    subject = str(getattr(quad.subject, "value", quad.subject))
                    following[subject].add(quad.object.value)
                    line = record.lines.get(subject) or record.additions.get(subject, 0)
                    places.setdefault(subject, (record.file, line))
        for circle in circles.closed(sorted(following), partial(_sorted, following)):
            yield Diagnostic(*places[circle[0]], circles.message(circle, names, wrong))


def _sorted(following: Mapping[str, set[str]], iri: str) -> list[str]:
    return sorted(following.get(iri, ()))


def _base(graph: str) -> str:
    """What the IRIs of the data begin with, from that of one of its graphs."""
    return graph.partition("/document/" if "/document/" in graph else "/graph/")[0] + "/"


def _nearest(iri: str, known: set[str], names: Names) -> str:
    """The thing that may be meant: of the same kind by its name, in any spelling, or its slug; of any, where there is no such kind."""
    kind, _, slug = iri.rpartition("/")
    slugs = {other.rpartition("/")[2]: other for other in known if other.rpartition("/")[0] == kind}
    named = [match.iri for match in names.resolve(slug.replace("-", " "), f"{kind}/")]
    close = named[:3] or [slugs[found] for found in nearest(slug, slugs, at_least=0.75)]
    if not slugs:
        close = sorted(other for other in known if other.endswith(f"/{slug}"))[:3]
    return ": " + did_you_mean(close, "describe it, in a reference file or in this record")
