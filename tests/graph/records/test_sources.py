"""Sources that were not read in full, statements that several records render, and what a record says in the 0.2 form."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.records import yaml_ld
from onrecord.graph.records.build import build
from onrecord.graph.records.check import check_files
from onrecord.graph.records.record_file import RecordFile
from onrecord.graph.records.seeds import Seeds, read_seeds
from onrecord.graph.records.yaml_reader import RecordError
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

BASE = terms.DEFAULT_BASE
SEEDS = Path(__file__).resolve().parents[3] / "seeds"
HEAD = """\
id: document/other-paper/quoted
type: DocumentVersion
label: {en: Another paper}
versionOf: {id: document/other-paper, type: Document, label: {en: Another paper}, publisher: actor/kyiv-independent, language: en}
readAs: QuotationOnly
url: https://example.org/other
"""
ADDS = (
    HEAD
    + """\
statements:
  - id: statement/peskov-2025-08-28-negotiations
    rendering:
      - id: rendering/other-paper
        mode: Partial
        text: {en: to achieve our goals}
        reportingVerb: {en: told reporters}
        relay: [{by: actor/russian-state-media}, {by: actor/kyiv-independent}]
        evidence: [{exact: to achieve our goals}]
    asserts:
      - id: claim/peskov-2025-08-28-negotiations
        evidence: [{exact: to achieve our goals}]
"""
)


def write(directory: Path, text: str) -> Path:
    path = directory / "record.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusals(directory: Path, text: str) -> list[str]:
    with pytest.raises(RecordError) as refused:
        yaml_ld.load(write(directory, text))
    return [f"{problem.line}: {problem.message}" for problem in refused.value.problems]


def values(record: RecordFile, subject: str, predicate: str) -> set[ox.Quad]:
    wanted = ox.NamedNode(BASE + subject), ox.NamedNode(terms.REC + predicate)
    return {quad.object for quad in record.quads if (quad.subject, quad.predicate) == wanted}


def seeds_with(directory: Path, text: str) -> Path:
    """A copy of the package's own reference data and first record, with one record more."""
    root = directory / "seeds"
    shutil.copytree(SEEDS / "reference", root / "reference")
    first = "documents/kyiv-independent-2025-08-28"
    shutil.copytree(SEEDS / first, root / first)
    (root / "documents" / "other-paper").mkdir()
    write(root / "documents" / "other-paper", text)
    return root


def test_words_without_offsets_are_one_excerpt_wherever_they_are_cited(tmp_path: Path) -> None:
    record = yaml_ld.load(write(tmp_path, ADDS))
    rendering = values(record, "rendering/other-paper", "evidence")
    assert rendering == values(record, "claim/peskov-2025-08-28-negotiations", "evidence")
    (excerpt,) = rendering
    assert excerpt.value.startswith(f"{BASE}document/other-paper/quoted#quote=")


def test_relays_are_numbered_in_the_order_they_are_written(tmp_path: Path) -> None:
    record = yaml_ld.load(write(tmp_path, ADDS))
    relays = values(record, "rendering/other-paper", "relay")
    found = {}
    for relay in relays:
        name = relay.value.removeprefix(BASE)
        ((position,), (by,)) = values(record, name, "position"), values(record, name, "by")
        found[int(position.value)] = by.value.removeprefix(BASE)
    assert found == {1: "actor/russian-state-media", 2: "actor/kyiv-independent"}


def test_words_as_a_value_keep_their_language(tmp_path: Path) -> None:
    claims = """\
claims:
  - id: claim/words
    type: PropertyClaim
    label: {en: Strikes are successful}
    assertedBy: document/other-paper/quoted
    claimant: actor/kyiv-independent
    stance: Asserts
    subject: actor/russia
    predicate: wasSuccessful
    value: {literal: "удары успешные", language: ru}
    evidence: [{exact: удары успешные}]
"""
    record = yaml_ld.load(write(tmp_path, HEAD + claims))
    assert values(record, "claim/words", "value") == {ox.Literal("удары успешные", language="ru")}
    wrong = HEAD + claims.replace("language: ru", "language: Russian")
    assert "'Russian' is not a language tag: use one such as en, uk or ru" in " ".join(
        refusals(tmp_path, wrong)
    )
    both = HEAD + claims.replace("language: ru", "language: ru, type: xsd:date")
    assert "a text with a 'language' has no 'type'" in " ".join(refusals(tmp_path, both))


@pytest.mark.parametrize(
    ("old", "line", "new"),
    [
        ("  - id: claim/x\n    asOf: 2025-08-28T23:59:59+03:00\n", 9, "use 'asOfFrom' and 'asOfUntil'; docs/migrations/"),
        ("  - id: claim/x\n    via: actor/peskov\n", 9, "use 'relay'; docs/migrations/"),
    ],
)  # fmt: skip
def test_a_key_of_an_earlier_version_is_refused_with_the_new_one(
    tmp_path: Path, old: str, line: int, new: str
) -> None:
    said = refusals(tmp_path, f"{HEAD}claims:\n{old}")
    assert [one for one in said if one.startswith(f"{line}: ") and new in one]


def test_a_record_adds_a_rendering_and_evidence_to_what_another_describes(tmp_path: Path) -> None:
    seeds = read_seeds(directory=seeds_with(tmp_path, ADDS))
    statement = ox.NamedNode(f"{BASE}statement/peskov-2025-08-28-negotiations")
    rendered = {
        quad.graph_name.value.removeprefix(BASE)
        for quad in seeds.quads
        if quad.subject == statement and quad.predicate.value == terms.REC + "rendering"
    }
    assert rendered == {"document/kyiv-independent-2025-08-28/76c3b9f7", "document/other-paper/quoted"}


def test_a_record_that_adds_is_valid_beside_the_seeds(tmp_path: Path) -> None:
    problems, summary = check_files([write(tmp_path, ADDS)], None)
    assert problems == []
    assert summary.startswith("1 record valid")


def test_adding_to_what_no_record_describes_is_refused_with_the_likeliest(tmp_path: Path) -> None:
    misspelt = ADDS.replace(
        "statement/peskov-2025-08-28-negotiations", "statement/peskov-2025-08-28-negotiation"
    )
    with pytest.raises(
        RecordError, match=r"is described nowhere: did you mean .*/statement/peskov-2025-08-28-negotiations"
    ):
        read_seeds(directory=seeds_with(tmp_path, misspelt))  # fmt: skip


@pytest.mark.parametrize(
    "more", ["    speaker: actor/putin\n", "    saidOn: 2025-08-28\n", "    label: {en: Mine}\n"]
)
def test_what_identifies_a_statement_is_said_once(tmp_path: Path, more: str) -> None:
    text = ADDS.replace("negotiations\n    rendering", f"negotiations\n{more}    rendering")
    with pytest.raises(RecordError, match="described a second time"):
        read_seeds(directory=seeds_with(tmp_path, text))


def test_the_next_build_takes_back_what_a_record_no_longer_says_and_only_that(
    tmp_path: Path, seeds: Seeds
) -> None:
    with_it = read_seeds(directory=seeds_with(tmp_path, ADDS))
    shorter = "".join(ADDS.partition("    asserts:")[0])
    (tmp_path / "again").mkdir()
    without_claim = read_seeds(directory=seeds_with(tmp_path / "again", shorter))
    with Ledger.open(Settings(data=tmp_path / "data", query_seconds=20)) as ledger:
        build(ledger, with_it)
        build(ledger, without_claim)
        there = ledger.rows(
            "SELECT ?graph ?words WHERE { GRAPH ?graph { <claim/peskov-2025-08-28-negotiations> rec:evidence ?e . ?e rec:exact ?words } }"
        )
        rendered = ledger.rows(
            "SELECT ?r WHERE { <statement/peskov-2025-08-28-negotiations> rec:rendering ?r }"
        )
    assert {row["graph"].value.removeprefix(BASE) for row in there} == {
        "document/kyiv-independent-2025-08-28/76c3b9f7"
    }
    assert len(rendered) == 3
