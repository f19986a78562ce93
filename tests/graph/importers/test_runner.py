"""An import is one commit of exactly what differs; whatever is not its own it leaves alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.importers import runner, tables
from onrecord.graph.importers.model import BadFile, Importer, Record, Refusal, Remark, Row, Surroundings
from onrecord.graph.importers.runner import Clash, Failed, Options, Outcome, Stopped
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected

BASE = terms.DEFAULT_BASE
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"


def rows(files: Sequence[Path]) -> Iterator[Row | Refusal]:
    for path in files:
        yield from tables.csv_rows(path, ["key", "killed"])


def records(found: Iterable[Row], around: Surroundings) -> Iterator[Record | Refusal]:
    record = Record("places", around.base, shared=True)
    record.describe("place/somewhere", "Place", label={"en": "Somewhere"}, latitude="1", longitude="2")
    yield record
    for row in found:
        if not row["killed"].isdigit():
            yield Refusal.of(row, "no number")
            continue
        if row["killed"] == "0":
            yield Remark.of(row, "nobody")
        record = Record(row["key"], around.base)
        version = record.describe(
            f"document/tolls/{row['key']}", "DocumentVersion", rowKey=row["key"], readIn="document/tolls"
        )
        record.describe(
            f"claim/tolls-{row['key']}",
            "QuantityClaim",
            assertedBy=version,
            claimant="actor/tolls",
            measure="killed",
            atLeast=int(row["killed"]),
            evidence=record.passage(version, row["killed"]),
        )
        yield record


IMPORTER = Importer(
    "tolls",
    "Tolls",
    "document/tolls",
    "actor/tolls",
    "https://tolls.example/",
    LICENCE,
    "As you like.",
    "tolls.csv",
    rows,
    records,
)


@dataclass(frozen=True)
class Bring:
    """bring("a,3", "b,4"): these rows imported."""

    ledger: Ledger
    importer: Importer
    path: Path

    def __call__(self, *lines: str, **options: bool) -> Outcome:
        self.path.write_text("\n".join(["key,killed", *lines, ""]), encoding="utf-8")
        return runner.run(self.ledger, self.importer, [self.path], BASE, Options(**options))

    @property
    def graph(self) -> str:
        return self.importer.graph(BASE)

    def state(self) -> set[Quad]:
        return set(self.ledger.quads(self.graph)) if self.graph in self.ledger.graph_names() else set()


_NUMBERS = itertools.count()


@pytest.fixture
def bring(emptied: Ledger, tmp_path: Path) -> Bring:
    # The history of the ledger that tests share goes on, and says whose a graph is: so each has one of its own.
    return Bring(emptied, replace(IMPORTER, name=f"tolls-{next(_NUMBERS)}"), tmp_path / "tolls.csv")


def summary(outcome: Outcome) -> tuple[list[str], list[str], list[str]]:
    return outcome.added, outcome.corrected, outcome.gone


def test_an_import_is_one_commit_in_a_graph_of_its_own(bring: Bring, emptied: Ledger) -> None:
    before = emptied.version
    outcome = bring("a,3", "b,4")
    assert summary(outcome) == (["a", "b"], [], [])
    assert emptied.version == before + 1
    newest = emptied.history(limit=1)[0]
    assert (newest.author, newest.message) == (
        "onrecord import",
        f"Import {bring.importer.name}: 2 rows added, 0 corrected, 0 gone",
    )
    assert bring.graph in emptied.graph_names()


def test_the_graph_says_what_it_is_and_under_which_licence(bring: Bring, emptied: Ledger) -> None:
    bring("a,3")
    of_itself = {
        (q.predicate.value.rpartition("/")[2], q.object)
        for q in bring.state()
        if q.subject == NamedNode(bring.graph)
    }
    assert ("license", NamedNode(LICENCE)) in of_itself
    assert ("source", NamedNode(f"{BASE}document/tolls")) in of_itself


def test_the_same_rows_again_in_any_order_change_nothing(bring: Bring, emptied: Ledger) -> None:
    bring("a,3", "b,4")
    version = emptied.version
    again = bring("a,3", "b,4")
    assert (again.changes, again.commit, emptied.version) == (False, None, version)
    shuffled = bring("b,4", "a,3")
    # The file is another, and only that is said.
    assert summary(shuffled) == ([], [], [])
    assert (shuffled.quads_added, shuffled.quads_removed) == (1, 1)


def test_a_newer_copy_yields_exactly_what_differs_by_the_keys_of_rows(bring: Bring, emptied: Ledger) -> None:
    bring("a,3", "b,4", "c,5", "d,6")
    outcome = bring("a,3", "b,40", "d,6", "e,7")
    assert summary(outcome) == (["e"], ["b"], ["c"])
    newer = bring.state()
    emptied.commit(
        ChangeSet(removed=frozenset(newer)),
        message=f"Import {bring.importer.name}: none",
        author=runner.AUTHOR,
    )
    bring("a,3", "b,40", "d,6", "e,7")
    assert bring.state() == newer


def test_a_row_that_comes_back_is_added_again(bring: Bring) -> None:
    bring("a,3", "b,4")
    assert summary(bring("a,3")) == ([], [], ["b"])
    assert summary(bring("a,3", "b,4")) == (["b"], [], [])


def test_a_row_that_cannot_be_understood_is_listed_and_the_others_go_in(bring: Bring) -> None:
    outcome = bring("a,3", "b,many", "c,5", "short")
    assert summary(outcome) == (["a", "c"], [], [])
    assert [(refusal.line, refusal.reason[:9]) for refusal in outcome.refused] == [
        (3, "no number"),
        (5, "has 1 cel"),
    ]


def test_strict_stops_there_with_nothing_changed_and_a_remark_does_not(bring: Bring, emptied: Ledger) -> None:
    version = emptied.version
    with pytest.raises(Stopped, match=r"tolls\.csv:3: no number\. Nothing was changed"):
        bring("a,0", "b,many", strict=True)
    assert emptied.version == version
    assert summary(bring("a,0", strict=True)) == (["a"], [], [])


def test_a_dry_run_tells_the_same_and_changes_nothing(bring: Bring, emptied: Ledger) -> None:
    bring("a,3", "b,4")
    version, before = emptied.version, bring.state()
    tried = bring("a,30", dry_run=True)
    assert (emptied.version, bring.state(), tried.commit) == (version, before, None)
    done = bring("a,30")
    assert summary(tried) == summary(done) == ([], ["a"], ["b"])
    assert (tried.quads_added, tried.quads_removed) == (done.quads_added, done.quads_removed)


def test_a_dry_run_asks_the_shapes(settings: Settings, tmp_path: Path) -> None:
    importer = replace(IMPORTER, name=f"tolls-{next(_NUMBERS)}")
    path = tmp_path / "tolls.csv"
    path.write_text("key,killed\na,3\n", encoding="utf-8")
    said = []
    with Ledger.open(settings) as ledger:
        for dry_run in (True, False):
            with pytest.raises(Rejected) as refused:  # the claimant is described nowhere
                runner.run(ledger, importer, [path], BASE, Options(dry_run=dry_run))
            said.append(refused.value.message)
        assert ledger.version == 0
    assert "actor/tolls" in said[0]
    assert said[0] == said[1]


@pytest.mark.parametrize("lines", [(), ("a,many", "b,none")])
def test_files_without_a_row_that_is_understood_take_nothing_out(
    bring: Bring, emptied: Ledger, lines: tuple[str, ...]
) -> None:
    bring("a,3", "b,4")
    version, before = emptied.version, bring.state()
    with pytest.raises(BadFile, match=r"tolls\.csv: no row was found that this importer understands"):
        bring(*lines)
    assert (emptied.version, bring.state()) == (version, before)


def test_what_is_described_elsewhere_is_left_as_it_is_there(bring: Bring, emptied: Ledger) -> None:
    emptied.update(
        f'INSERT DATA {{ GRAPH <{BASE}graph/reference> {{ <{BASE}place/somewhere> a rec:Place ; rdfs:label "Elsewhere"@en }} }}',
        author="editor",
    )
    bring("a,3")
    assert not [quad for quad in bring.state() if quad.subject == NamedNode(f"{BASE}place/somewhere")]
    emptied.store_delete(f"{BASE}graph/reference", author="editor")
    assert summary(bring("a,3")) == ([], [], [])
    assert [quad for quad in bring.state() if quad.subject == NamedNode(f"{BASE}place/somewhere")]


def test_facts_that_somebody_stated_in_the_graph_of_an_import_are_not_lost(
    bring: Bring, emptied: Ledger
) -> None:
    bring("a,3")
    emptied.update(
        f'INSERT DATA {{ GRAPH <{bring.graph}> {{ <urn:x> rdfs:label "Mine"@en }} }}', author="maria"
    )
    version = emptied.version
    with pytest.raises(
        Clash,
        match=rf"(?s)1 facts in it are not the import's.*Mine.*by maria in version {version}\..*'onrecord revert {version}'",
    ):
        bring("a,30")
    assert emptied.version == version
    emptied.update(f"DELETE WHERE {{ GRAPH <{bring.graph}> {{ <urn:x> ?p ?o }} }}", author="maria")
    assert summary(bring("a,30")) == ([], ["a"], [])


def test_facts_that_somebody_took_out_come_back_only_when_that_is_wanted(
    bring: Bring, emptied: Ledger
) -> None:
    bring("a,3", "b,4")
    emptied.update(
        f"DELETE WHERE {{ <{BASE}claim/tolls-a> rec:atLeast ?n }}".replace(
            "{ <", f"{{ GRAPH <{bring.graph}> {{ <", 1
        )
        + " }",
        author="maria",
    )
    version = emptied.version
    with pytest.raises(
        Clash,
        match=f"(?s)1 facts that the files state were taken out.*by maria in version {version}.*--put-back",
    ):
        bring("a,3", "b,4")
    assert summary(bring("a,3", "b,4", put_back=True)) == ([], ["a"], [])


def test_a_graph_that_was_somebody_elses_before_any_import_is_not_taken_over(
    bring: Bring, emptied: Ledger
) -> None:
    mine = Quad(NamedNode("urn:x"), NamedNode("urn:p"), Literal("mine"), NamedNode(bring.graph))
    emptied.commit(ChangeSet(added=frozenset({mine})), message="", author="maria")
    with pytest.raises(Clash, match="stated before any import"):
        bring("a,3")


def test_an_import_that_was_reverted_is_brought_in_again_with_put_back(bring: Bring, emptied: Ledger) -> None:
    outcome = bring("a,3")
    assert outcome.commit is not None
    emptied.revert(outcome.commit.version, author="maria")
    with pytest.raises(Clash, match="were taken out"):
        bring("a,3")
    assert summary(bring("a,3", put_back=True)) == (["a"], [], [])


def test_after_an_import_is_taken_back_the_next_copy_goes_on_from_what_was_before(
    bring: Bring, emptied: Ledger
) -> None:
    bring("a,3", "b,4", "c,5")
    wrong = bring("a,30")
    assert wrong.commit is not None
    back = emptied.revert(wrong.commit.version, author="maria")
    with pytest.raises(Clash, match=f"(?s)were taken out.*by maria in version {back.version}"):
        bring("a,30")
    assert summary(bring("a,3", "b,40")) == ([], ["b"], ["c"])


def test_an_import_taken_back_and_put_back_by_reverts_is_still_the_imports(
    bring: Bring, emptied: Ledger
) -> None:
    bring("a,3", "b,4")
    second = bring("a,30", "b,4")
    assert second.commit is not None
    back = emptied.revert(second.commit.version, author="maria")
    emptied.revert(back.version, author="maria")
    assert summary(bring("a,31", "b,4")) == ([], ["a"], [])


def test_a_message_alone_makes_nothing_an_imports_own(bring: Bring, emptied: Ledger) -> None:
    first = bring("a,3")
    assert first.commit is not None
    mine = Quad(NamedNode("urn:x"), NamedNode("urn:p"), Literal("mine"), NamedNode(bring.graph))
    emptied.commit(
        ChangeSet(added=frozenset({mine})), message=f"Revert version {first.commit.version}", author="maria"
    )
    with pytest.raises(Clash, match="1 facts in it are not the import's"):
        bring("a,4")


def test_what_another_graph_names_stays_described_until_nobody_names_it(
    emptied: Ledger, tmp_path: Path
) -> None:
    """A newer copy that no longer names a place must not be refused because another import names it."""

    def with_places(found: Iterable[Row], around: Surroundings) -> Iterator[Record | Refusal]:
        for row in found:
            places = Record("places", around.base, shared=True)
            places.describe("place/country", "Place", label={"en": "Country"}, latitude="1", longitude="2")
            for name in ("place/unnamed", f"place/{row['key']}")[row["killed"] != "1" :]:
                places.describe(name, "Place", label={"en": name}, within="place/country")
            yield places
            event = Record(row["key"], around.base)
            event.describe(
                f"event/{row['killed']}",
                "Event",
                label={"en": "It"},
                begin="2025-01-01T00:00:00Z",
                end="2025-01-02T00:00:00Z",
                datePrecision="Day",
                place=f"place/{row['key']}",
            )
            yield event

    first, second = (
        Bring(
            emptied,
            replace(IMPORTER, name=f"named-{next(_NUMBERS)}", records=with_places),
            tmp_path / f"{name}.csv",
        )
        for name in ("first", "second")
    )

    def places(bring: Bring) -> set[str]:
        kinds = (quad for quad in bring.state() if quad.object == terms.rec("Place"))
        return {
            str(quad.subject.value).rpartition("/")[2]
            for quad in kinds
            if isinstance(quad.subject, NamedNode)
        }

    first("town,1", "village,2")
    second("town,3")
    assert places(first) == {"town", "unnamed", "village", "country"}
    assert places(second) == set()
    newer = first("hamlet,4")
    assert (newer.added, newer.gone, newer.corrected) == (["hamlet"], [], [])
    assert places(first) == {"hamlet", "country", "town"}
    assert not first("hamlet,4").changes
    assert not second("town,3").changes
    second("hamlet,5")
    first("hamlet,6")
    assert places(first) == {"hamlet", "country"}


def test_a_mistake_in_an_importer_is_told_with_its_place_and_the_row(bring: Bring, emptied: Ledger) -> None:
    def mistaken(found: Iterable[Row], around: Surroundings) -> Iterator[Record | Refusal]:
        for row in found:
            yield Record(row["no such column"], around.base)

    version = emptied.version
    wrong = replace(bring, importer=replace(bring.importer, records=mistaken))
    with pytest.raises(
        Failed, match=r"fails at .*test_runner\.py:\d+ \(KeyError: 'no such column'\).*tolls\.csv:2\. Mend"
    ):
        wrong("a,3", "b,4")
    assert emptied.version == version
