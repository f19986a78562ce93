"""Records and changes made through the service side by side: a build takes back its own and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.records.build import RECORDS, BuildClash, build
from onrecord.graph.records.seeds import Seeds
from onrecord.graph.settings import Settings

GRAPH = terms.graph_iri("reference")
PESKOV = "<actor/peskov>"
NOTE = ox.Quad(
    ox.NamedNode(f"{terms.DEFAULT_BASE}actor/peskov"),
    ox.NamedNode(terms.REC + "note"),
    ox.Literal("a record's note", language="en"),
    ox.NamedNode(GRAPH),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    # What is written where is the subject; the shapes have tests of their own.
    with Ledger.open(Settings(data=tmp_path / "data", query_seconds=60, shapes=False)) as ledger:
        yield ledger


def with_note(seeds: Seeds) -> Seeds:
    return replace(seeds, quads=seeds.quads | {NOTE})


def notes(ledger: Ledger) -> set[str]:
    return {row["note"].value for row in ledger.rows(f"SELECT ?note WHERE {{ {PESKOV} rec:note ?note }}")}


def edit(ledger: Ledger, action: str, note: str) -> None:
    triple = f'{PESKOV} rec:note "{note}"@en'
    ledger.update(f"{action} DATA {{ GRAPH <{GRAPH}> {{ {triple} }} }}", author="anna")


@pytest.mark.slow
def test_an_edit_in_a_records_graph_outlives_the_next_builds(ledger: Ledger, seeds: Seeds) -> None:
    build(ledger, with_note(seeds))
    edit(ledger, "INSERT", "an edit")
    assert build(ledger, with_note(seeds)) is None
    assert notes(ledger) == {"a record's note", "an edit"}
    assert build(ledger, seeds) is not None
    assert notes(ledger) == {"an edit"}


@pytest.mark.slow
def test_what_a_record_and_an_edit_both_say_stays_when_the_record_drops_it(
    ledger: Ledger, seeds: Seeds
) -> None:
    build(ledger, seeds)
    edit(ledger, "INSERT", "a record's note")
    build(ledger, with_note(seeds))
    build(ledger, seeds)
    assert notes(ledger) == {"a record's note"}


@pytest.mark.slow
def test_what_was_taken_out_and_stated_again_through_the_service_is_the_services(
    ledger: Ledger, seeds: Seeds
) -> None:
    build(ledger, with_note(seeds))
    edit(ledger, "DELETE", "a record's note")
    edit(ledger, "INSERT", "a record's note")
    build(ledger, seeds)
    assert notes(ledger) == {"a record's note"}


@pytest.mark.slow
def test_after_a_build_is_taken_back_the_next_one_goes_on_from_what_was_before(
    ledger: Ledger, seeds: Seeds
) -> None:
    build(ledger, with_note(seeds))
    build(ledger, seeds)
    ledger.revert(ledger.version, author="anna")
    edit(ledger, "INSERT", "anna's note")
    assert notes(ledger) == {"a record's note", "anna's note"}
    # The record's own note is the record's still, and goes with it.
    build(ledger, seeds)
    assert notes(ledger) == {"anna's note"}


@pytest.mark.slow
def test_what_was_taken_out_through_the_service_and_is_still_in_a_record_clashes(
    ledger: Ledger, seeds: Seeds
) -> None:
    build(ledger, with_note(seeds))
    edit(ledger, "DELETE", "a record's note")
    before = ledger.version
    with pytest.raises(
        BuildClash, match=r"(?s)1 of .*graph/reference.*a record's note.*by anna in version 2.*--put-back"
    ):
        build(ledger, with_note(seeds))
    assert ledger.version == before
    assert notes(ledger) == set()
    assert build(ledger, with_note(seeds), put_back=True) is not None
    assert notes(ledger) == {"a record's note"}


@pytest.mark.slow
def test_what_was_taken_out_and_is_in_no_record_any_more_is_no_clash(ledger: Ledger, seeds: Seeds) -> None:
    build(ledger, with_note(seeds))
    edit(ledger, "DELETE", "a record's note")
    assert build(ledger, seeds) is None
    assert notes(ledger) == set()


@pytest.mark.slow
def test_the_graph_of_a_record_that_is_gone_goes_with_it(ledger: Ledger, seeds: Seeds) -> None:
    document = next(record for record in seeds.records if "/document/" in record.graph)
    fewer = Seeds(
        seeds.quads - document.quads, tuple(record for record in seeds.records if record is not document)
    )
    build(ledger, seeds)
    assert document.graph in ledger.graph_names()
    build(ledger, fewer)
    assert document.graph not in ledger.graph_names()


@pytest.mark.slow
def test_the_seeds_alone_do_not_take_out_a_projects_records(ledger: Ledger, seeds: Seeds) -> None:
    build(ledger, with_note(seeds), message=RECORDS)
    with pytest.raises(BuildClash, match="last built from a project's records"):
        build(ledger, seeds)
    assert notes(ledger) == {"a record's note"}


def test_a_record_that_fills_the_graph_of_an_import_is_refused(ledger: Ledger, seeds: Seeds) -> None:
    stray = replace(seeds.records[0], file="stray.yaml", graph=f"{terms.DEFAULT_BASE}graph/import/tolls")
    with pytest.raises(BuildClash, match=r"stray\.yaml: <.*graph/import/tolls> is the graph of an import"):
        build(ledger, replace(seeds, records=(*seeds.records, stray)))
    assert ledger.version == 0
