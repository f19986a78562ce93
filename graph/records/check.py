"""Records checked before they enter the graph: by themselves, with the seeds around them, against the shapes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import as_file, files
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.disputes import identities
from onrecord.graph.records import labels, quotations, yaml_reader
from onrecord.graph.records.project import Project
from onrecord.graph.records.record_file import RecordFile
from onrecord.graph.records.seeds import check_together, described_in, load_all, seed_files, unread
from onrecord.graph.records.yaml_reader import Diagnostic, RecordError
from onrecord.graph.validation import validate
from onrecord.graph.validation.report import SHAPES, Result
from onrecord.graph.vocabulary import ontology

_OF_THE_SPEAKER = {SHAPES + "SpeakingAsOneself", SHAPES + "OwnClaims"}
_TIME = {"begin", "end", "datePrecision"}
_UNTIMED = (
    "The event has no time: give 'begin' and 'end', which bound when it happened, such as 2025-08-27T12:00:00+03:00, and "
    "'datePrecision: Minute', Hour, Night, Day, Month, or Year where no more is known."
)
_CLAIMANT, _SPEAKER = terms.REC + "claimant", terms.REC + "speaker"


def check_files(
    paths: Sequence[Path],
    article: Path | None,
    base: str = terms.DEFAULT_BASE,
    *,
    project: Project | None = None,
    with_seeds: bool = True,
) -> tuple[list[Diagnostic], str]:
    """Every problem of the given records, and, where there is none, a sentence on what was checked.

    Around them are the package's seeds, unless they are to be left out, and what else the project holds.
    `article` is the text that one of the records was read from. Without it quotations are verified in the texts that the
    project has; where it has none with the hash that a record states, offsets are held against lengths only.
    """
    given, problems = load_all(paths, base)
    around, beside = _around(paths, given, base, project, with_seeds=with_seeds)
    unknown = unread([*problems, *beside])
    texts = project.texts() if project and article is None else {}
    problems = _located(problems, article if len(paths) == 1 else None, _by_digest(article) or texts)
    if article is not None and given:
        read_from = _read_from(article, given, alone=len(paths) == 1)
        if read_from is not None:
            problems += quotations.verify(read_from, article)
        elif len(given) == len(paths):  # else it may be that of one that could not be read
            message = "is the text of none of these records: none states its sha256. Give it with the record that was read from it"
            problems.append(Diagnostic(str(article), 0, message))
    found = [record for record in given if record.sha256 in texts]
    for record in found:
        problems += quotations.verify(record, texts[str(record.sha256)])
    surroundings = frozenset(ontology.vocabulary_quads(base)).union(*(record.quads for record in around))
    problems += [
        p
        for p in check_together([*around, *given], described_in(surroundings), unknown)
        if p.file in set(map(str, paths))
    ]
    if not problems:
        given = labels.complete(given, surroundings)
        broken = _against_shapes(given, surroundings)
        # What a file around them would describe is not known, if it cannot be read: only that is said.
        problems += beside if broken and beside else broken
    count = sum(len(record.quotations) for record in given)
    if article is not None:
        against = f"verified against {article}"
    elif found:
        verified = sum(len(record.quotations) for record in found)
        against = f"fit their lengths, {verified} of them verified in texts/"
    else:
        against = "fit their lengths (give --text to verify them)"
    summary = f"{len(given)} record{'s' if len(given) != 1 else ''} valid, {sum(len(r.quads) for r in given):,} quads; {count} quotations {against}"
    return sorted(set(problems)), summary


def read_beside(paths: Sequence[Path], base: str) -> tuple[list[RecordFile], frozenset[ox.Quad]]:
    """The records of these files, labelled, in this order, and what the seeds and the project around them say.

    Raises RecordError with what is wrong with them.
    """
    given, problems = load_all(paths, base)
    if problems:
        raise RecordError(problems)
    around, _ = _around(paths, given, base, Project.around(paths[0]), with_seeds=True)
    surroundings = frozenset(ontology.vocabulary_quads(base)).union(*(record.quads for record in around))
    return labels.complete(given, surroundings), surroundings


def _located(
    problems: Sequence[Diagnostic], article: Path | None, texts: Mapping[str, Path]
) -> list[Diagnostic]:
    """The problems, with where the words of quotations stand whose offsets are wrong, as far as a text is at hand."""
    found = []
    for file, several in groupby(problems, key=lambda problem: problem.file):
        group = list(several)
        wrong = tuple(problem.quotation for problem in group if problem.quotation)
        stated = yaml_reader.read(Path(file)).get("sha256") if wrong else None
        text = article or texts.get(str(stated))
        if wrong and text:
            nothing: dict[str, int] = {}
            sha256 = stated if isinstance(stated, str) else None
            record = RecordFile(file, "", frozenset(), nothing, nothing, wrong, nothing, sha256)
            group = [problem for problem in group if not problem.quotation]
            group += quotations.verify(record, text)
        found += group
    return found


def _by_digest(article: Path | None) -> dict[str, Path]:
    """The text by its sha256; nothing where there is none, or it cannot be read."""
    return (
        {hashlib.sha256(article.read_bytes()).hexdigest(): article} if article and article.is_file() else {}
    )


def _read_from(article: Path, given: Sequence[RecordFile], *, alone: bool) -> RecordFile | None:
    """Which of the records was read from this text: the one that was given `alone`, or of several the one that states its hash."""
    if alone:
        return given[0]
    try:
        digest = hashlib.sha256(article.read_bytes()).hexdigest()
    except OSError:
        return given[0]  # verify() says that the text cannot be read
    return next((record for record in given if record.sha256 == digest), None)


def _around(
    paths: Iterable[Path],
    given: Iterable[RecordFile],
    base: str,
    project: Project | None,
    *,
    with_seeds: bool,
) -> tuple[list[RecordFile], list[Diagnostic]]:
    """The other records, and what is wrong with those that cannot be read.

    Left out are those being checked: the same file, or a copy of the same document version.
    """
    checked = {path.resolve() for path in paths}
    shared = {terms.graph_iri(name, base) for name in ("reference", "assessments")}
    replaced = {record.graph for record in given} - shared
    with as_file(files("onrecord.seeds")) as root:
        others = [*(seed_files(root) if with_seeds else []), *(project.files() if project else [])]
        loaded, problems = load_all([path for path in others if path.resolve() not in checked], base)
    return [record for record in loaded if record.graph not in replaced], problems


def _untimed_once(results: Sequence[Result]) -> Iterator[Result]:
    """The results, with one of an event of which neither bounds nor precision are given."""
    lacks: dict[str, set[str]] = {}
    for result in results:
        lacks.setdefault(result.focus, set()).add(_time_lacking(result))
    for result in results:
        lacking = _time_lacking(result)
        if not lacking or not lacks[result.focus] >= _TIME:
            yield result
        elif lacking == "begin":
            yield replace(result, message=_UNTIMED)


def _time_lacking(result: Result) -> str:
    """Which part of its time an event lacks; "" for any other result."""
    of_bounds = {SHAPES + "EventBegins": "begin", SHAPES + "EventEnds": "end"}
    precision = result.path == terms.REC + "datePrecision" and result.value is None
    return "datePrecision" if precision else of_bounds.get(result.shape or "", "")


def _against_shapes(given: Iterable[RecordFile], surroundings: frozenset[ox.Quad]) -> list[Diagnostic]:
    before = ox.Store()
    before.extend(surroundings)
    given = list(given)
    added = frozenset[ox.Quad]().union(*(record.quads for record in given)) - surroundings
    # Whether things said to be different are the same in several steps shows only in what follows from all identities.
    whole = ox.Store()
    whole.extend(surroundings | added)
    before.extend(ox.Quad(*triple) for triple in identities.triples(whole, None))
    report = validate.validate(ChangeSet(frozenset(), added), before)
    places = {
        iri: (record.file, line)
        for record in given
        for iri, line in {**record.additions, **record.lines}.items()
    }
    speakers = {result.value for result in report.results if result.path == _SPEAKER}
    unknown = {result.focus for result in report.results if result.path == _SPEAKER}
    fallback = (given[0].file, 0) if given else ("", 0)
    return [
        Diagnostic(*places.get(result.focus, fallback), f"{result.focus}: {result.message}")
        for result in _untimed_once(report.results)
        # A claim has its claimant from the statement's speaker, of whom it is said already; so is what they are compared with.
        if not (result.path == _CLAIMANT and result.value in speakers)
        and not (result.focus in unknown and result.shape in _OF_THE_SPEAKER)
    ]
