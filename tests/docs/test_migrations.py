"""docs/migrations/: a record and a dump of ontology 0.1 come out in the form of 0.2, and pass its shapes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.records import yaml_ld
from onrecord.graph.records.yaml_reader import RecordError

ROOT = Path(__file__).resolve().parents[2]
OLD = """\
# A comment that stays.
id: document/some-paper/aaaaaaaa
type: DocumentVersion
label: {en: A version}
versionOf: {id: document/some-paper, type: Document, label: {en: A paper}, publisher: actor/one, language: en}
sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
characters: 100
statements:
  - id: statement/some-statement
    type: Statement
    speaker: actor/two
    rendering:
      - via: actor/state-media   # as the source says
        mode: Indirect
        evidence: [{start: 10, end: 28, exact: remains interested}]
      - mode: Indirect
        via: [actor/agency, actor/paper]
        evidence: [{start: 10, end: 28, exact: remains interested}]
    asserts:
      - id: claim/day
        type: QuantityClaim
        claimant: actor/two
        stance: Asserts
        asOf: 2025-08-28T23:59:59+03:00
        measure: launched
        atLeast: 9
      - id: claim/minute
        type: TargetClaim
        claimant: actor/two
        stance: Asserts
        asOf: "2025-08-28T09:21:00+03:00"
        targetKind: airBase
"""


@pytest.fixture(scope="module")
def to_0_2() -> ModuleType:
    spec = importlib.util.spec_from_file_location("to_0_2", ROOT / "docs" / "migrations" / "to_0_2.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_old_form_is_refused_today(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(OLD, encoding="utf-8")
    with pytest.raises(RecordError, match="docs/migrations/"):
        yaml_ld.load(tmp_path / "old.yaml")


def test_a_record_comes_out_in_the_new_form_with_its_comments_and_order(
    to_0_2: ModuleType, tmp_path: Path
) -> None:
    new, remarks = to_0_2.record(OLD)
    assert new.startswith("# A comment that stays.\nid: document/some-paper/aaaaaaaa\n")
    assert "      - relay: [{by: actor/state-media}]   # as the source says\n        mode: Indirect\n" in new
    assert "        relay: [{by: actor/agency}, {by: actor/paper}]\n" in new
    assert "readAs: FullText\nsha256: aaaa" in new
    assert (
        "        asOfFrom: 2025-08-28T00:00:00+03:00\n        asOfUntil: 2025-08-29T00:00:00+03:00\n" in new
    )
    assert (
        "        asOfFrom: 2025-08-28T09:21:00+03:00\n        asOfUntil: 2025-08-28T09:21:00+03:00\n" in new
    )
    assert remarks == [
        "line 17: put 'relay' in the order in which they passed it on",
        "line 28: say 'targetRole: aimedAt' or 'hit', if the words do",
    ]
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    yaml_ld.load(tmp_path / "new.yaml")


def test_a_dump_says_after_it_what_the_record_does(to_0_2: ModuleType, tmp_path: Path) -> None:
    """The same record, written as N-Quads of 0.1, comes to the same facts by the other way."""
    (tmp_path / "new.yaml").write_text(to_0_2.record(OLD)[0], encoding="utf-8")
    wanted = yaml_ld.load(tmp_path / "new.yaml").quads
    rec = terms.REC
    moments = {"day": "2025-08-28T23:59:59+03:00", "minute": "2025-08-28T09:21:00+03:00"}
    relays = {q.object for q in wanted if q.predicate.value == rec + "relay"}
    by = {q.subject: q.object for q in wanted if q.predicate.value == rec + "by"}
    new_only = {rec + name for name in ("asOfFrom", "asOfUntil", "readAs", "relay")}
    old = {q for q in wanted if q.predicate.value not in new_only and q.subject not in relays}
    graph = next(iter(wanted)).graph_name
    for name, moment in moments.items():
        literal = ox.Literal(moment, datatype=ox.NamedNode(terms.PREFIXES["xsd"] + "dateTime"))
        claim = ox.NamedNode(f"{terms.DEFAULT_BASE}claim/{name}")
        old.add(ox.Quad(claim, ox.NamedNode(rec + "asOf"), literal, graph))
    for q in wanted:
        if q.predicate.value == rec + "relay":
            old.add(ox.Quad(q.subject, ox.NamedNode(rec + "via"), by[q.object], graph))
    derived = ox.NamedNode(f"{terms.DEFAULT_BASE}graph/derived")
    a_claim = ox.NamedNode(f"{terms.DEFAULT_BASE}claim/day")
    old.add(ox.Quad(a_claim, ox.NamedNode(rec + "contradicts"), a_claim, derived))

    new, remarks = to_0_2.quads(old)

    def facts(quads: object) -> set[tuple[str, str, str]]:
        """The quads, a relay by what it says instead of its name, which is minted."""
        told = set()
        for q in quads:  # type: ignore[attr-defined]
            if q.predicate.value == rec + "relay":
                said = {str(p.predicate): str(p.object) for p in quads if p.subject == q.object}  # type: ignore[attr-defined]
                told.add((str(q.subject), "relay", str(sorted(said.items()))))
            elif "relay-" not in str(q.subject):
                told.add((str(q.subject), str(q.predicate), str(q.object)))
        return told

    assert facts(new) == facts(wanted)
    assert len(remarks) == 2


def test_another_kind_of_file_is_refused(to_0_2: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert to_0_2.main(["notes.txt"]) == 2
    assert "usage" in capsys.readouterr().err
