"""Mistakes of somebody else: each has exactly one message, which names the line, the thing and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph import terms
from onrecord.graph.records import check
from onrecord.graph.records.quotations import verify
from onrecord.graph.records.record_file import Quotation, RecordFile
from onrecord.graph.records.seeds import check_together, load_all
from onrecord.graph.records.yaml_ld import load
from onrecord.graph.records.yaml_reader import RecordError

REFERENCE = Path(__file__).resolve().parents[3] / "seeds" / "reference"
GOOD = """\
id: document/my-paper/quoted
type: DocumentVersion
versionOf:
  id: document/my-paper
  type: Document
  label: {en: My paper}
  url: https://example.org/a
  publisher: actor/kyiv-independent
  language: en
published: 2025-08-28
readAs: QuotationOnly
events:
  - id: event/my-strike
    type: Strike
    label: {en: A strike}
    begin: 2025-08-27T12:00:00+03:00
    end: 2025-08-28T12:00:00+03:00
    datePrecision: Night
    place: place/kyiv
statements:
  - id: statement/peskov-mine
    speaker: actor/peskov
    speakingAs: tenure/peskov-press-secretary
    saidOn: 2025-08-28
    about: [event/my-strike]
    rendering:
      - mode: Partial
        text: {en: remains interested}
        reportingVerb: {en: said}
        relay: [{by: actor/russian-state-media}]
        evidence: [remains interested]
    asserts:
      - id: claim/peskov-mine
        concerns: event/my-strike
        targetKind: building
        targetRole: hit
        evidence: remains interested
claims:
  - id: claim/mine-killed
    concerns: event/my-strike
    measure: killed
    atLeast: 4
    scope: place/kyiv
    evidence: four people
  - id: claim/mine-happened
    subject: event/my-strike
    predicate: happenedOn
    value: {literal: 2025-08-28, type: xsd:date}
    evidence: on Thursday
"""
MISTAKES = [
    ("measure: killed", "measure: killd", "measure:", ["'killd'", "did you mean 'killed'", "injured", "launched"]),
    ("measure: killed", "measure: Direct", "measure:", ["'Direct' is no word that this key takes", "killed"]),
    ("mode: Partial", "mode: partial", "mode:", ["'partial'", "Direct, Indirect, Partial"]),
    ("targetRole: hit", "targetRole: struck", "targetRole:", ["'struck'", "aimedAt, hit"]),
    ("targetKind: building", "targetKind: bilding", "targetKind:", ["did you mean 'building'?"]),
    ("predicate: happenedOn", "predicate: happendOn", "predicate:", ["did you mean 'happenedOn'?"]),
    ("readAs: QuotationOnly", "readAs: Quotation", "readAs:", ["FullText", "QuotationOnly"]),
    ("readAs: QuotationOnly", "readAs: FullText", "readAs:", ["'sha256' and 'characters'", "sha256sum"]),
    ("readAs: QuotationOnly", "readAs: QuotationOnly\ncharacters: 9", "id: document", ["no text to hash or count"]),
    ("by: actor/russian-state-media", "by: actor/пєсков", "relay:", ["is described nowhere", "actor/peskov"]),
    ("by: actor/russian-state-media", "by: actor/peskov", "- mode: Partial", ["is the speaker", "'channel'"]),
    ("[{by: actor/russian-state-media}]", "[{by: actor/russian-state-media}, {by: actor/russian-state-media}]", "- mode: Partial", ["two relays"]),
    ("datePrecision: Night", "datePrecision: night", "datePrecision:", ["'night'", "Day", "Night"]),
    ("type: Strike", "type: Strik", "type: Strik", ["no class", "did you mean 'Strike'?"]),
    ("type: DocumentVersion", "type: Documentversion", "type: Documentv", ["did you mean 'DocumentVersion'?"]),
    ("    speaker: actor/peskov", "    speaker: actor/pescov", "speaker:", ["actor/pescov is described nowhere", "actor/peskov?"]),
    ("    speaker: actor/peskov", "    speaker: actor/unn", "speaker:", ["actor/unn is described nowhere: describe it"]),
    ("scope: place/kyiv", "scope: place/kiev", "scope:", ["place/kiev is described nowhere", "place/kyiv?"]),
    ("    place: place/kyiv", "    place: place/kyyiv", "place:", ["did you mean https://w3id.org/onrecord/place/kyiv?"]),
    ("about: [event/my-strike]", "about: [event/my-strik]", "about:", ["event/my-strik is described nowhere", "event/my-strike?"]),
    ("speakingAs: tenure/peskov-press-secretary", "speakingAs: tenure/peskov-press", "speakingAs:", ["tenure/peskov-press is described nowhere"]),
    ("by: actor/russian-state-media", "by: actor/russian-media-state", "relay:", ["is described nowhere"]),
    ("    speaker: actor/peskov", "    speaker: Dmitry Peskov", "speaker:", ["is not a name for an IRI", "<kind>/<slug>"]),
    ("speaker: actor/peskov", "speeker: actor/peskov", "speeker:", ["unknown key 'speeker'", "'speaker'"]),
    ("saidOn: 2025-08-28", "said: 2025-08-28", "said:", ["unknown key 'said'"]),
    ("saidOn: 2025-08-28", "saidOn: 28 August 2025", "saidOn:", ["a date such as 2025-08-28"]),
    ("saidOn: 2025-08-28", "saidOn: 2025-02-30", "saidOn:", ["a date such as"]),
    ("published: 2025-08-28", "published: yesterday", "published:", ["a date such as"]),
    ("begin: 2025-08-27T12:00:00+03:00", "begin: 2025-08-27", "begin:", ["not a bare date"]),
    ("begin: 2025-08-27T12:00:00+03:00", "begin: 2025-08-27T12:00:00", "begin:", ["with its offset from UTC"]),
    ("begin: 2025-08-27T12:00:00+03:00", "begin: 2025-08-29T12:00:00+03:00", "id: event", ["'end'"]),
    ("atLeast: 4", "atLeast: four", "atLeast:", ["a whole number"]),
    ("atLeast: 4", "exactly: four", "exactly:", ["a whole number"]),
    ("atLeast: 4", "atLeast: 4\n    atMost: 3", "id: claim/mine-killed", ["exchange or correct them"]),
    ("    atLeast: 4\n", "", "id: claim/mine-killed", ["A count needs a number"]),
    ("    measure: killed\n", "", "id: claim/mine-killed", ["what kind of claim", "'measure'"]),
    ("    evidence: four people\n", "", "id: claim/mine-killed", ["rests on its words", "evidence"]),
    ("label: {en: A strike}", "label: A strike", "label: A", ["needs a language", "{en: …}"]),
    ("label: {en: A strike}", "label: {english: A strike}", "label: {english", ["'english' is not a language tag"]),
    ("text: {en: remains interested}", "text: {en: was interested}", "text:", ["does not stand in the rendering's evidence"]),
    ("  - id: claim/mine-happened", "  - id: claim/mine-killed", "  - id: claim/mine-killed\n    subject", ["described a second time", "merge the two or rename one"]),
    ("url: https://example.org/a", "url: example.org/a", "url:", ["begins with http:// or https://"]),
    ("language: en", "language: English", "language:", ["a language tag such as en"]),
    ("  - id: event/my-strike\n    type", "  - type", "  - type", ["has no 'id:'", "event/<slug>"]),
    ("id: document/my-paper/quoted", "id: Document/my-paper/quoted", "id: Document", ["is not a name for an IRI"]),
    ("scope: place/kyiv", "scope: actor/peskov", "id: claim/mine-killed", ["'scope' is the place"]),
    ("    rendering:\n", "    rendring:\n", "rendring:", ["unknown key 'rendring'", "'rendering'"]),
    ("saidOn: 2025-08-28", "saidOn:", "saidOn:", ["'saidOn' has no value", "write one or remove the key"]),
    ("    asserts:\n", "\tasserts:\n", "\tasserts:", ["indent with spaces"]),
    # indentation, the wrong text, circles, numbers with more than digits, keys of YAML's own
    ("    label: {en: A strike}", "   label: {en: A strike}", "   label: {en: A strike}", ["indent each key as its neighbours"]),
    ("    label: {en: A strike}", "    label: A strike: the first", "    label: A strike: the first", ["quotation marks"]),
    ("    datePrecision: Night", "\tdatePrecision: Night", "\tdatePrecision", ["indent with spaces"]),
    ("id: document/my-paper/quoted", "id: document/another/quoted", "id: document/another", ["its id begins with document/my-paper/"]),
    ("    place: place/kyiv", "    place: place/kyiv\n    partOf: event/my-strike", "- id: event/my-strike", ["part of itself", "one 'partOf'"]),
    ("    atLeast: 4", "    exactly: 1e3", "exactly:", ["'1e3'", "in digits alone"]),
    ("    atLeast: 4", "    exactly: 3,000", "exactly:", ["'3,000'", "in digits alone"]),
    ("    atLeast: 4", "    exactly: -3", "exactly:", ["-3", "0 or more"]),
    ("    datePrecision: Night", "    <<: {datePrecision: Night}", "<<:", ["merge key", "'each:'"]),
    ("    begin: 2025-08-27T12:00:00+03:00", "    begin: &b 2025-08-27T12:00:00+03:00", "begin:", ["anchor", "write the value out"]),
    ("published: 2025-08-28", "published: 2025-02-30", "published:", ["'2025-02-30'"]),
    ("    end: 2025-08-28T12:00:00+03:00", "    end: 2025-08-28T12:00:00 EEST", "end:", ["offset from UTC"]),
    ("    label: {en: A strike}", "    label: [A strike]", "label: [", ["'label: {en: …}'"]),
    ("    speaker: actor/peskov\n    speakingAs: tenure/peskov-press-secretary\n", "    speaker: event/my-strike\n", "- id: statement/peskov-mine", ["is a strike", "one speaker"]),
    ("    subject: event/my-strike", "    subject: event/my-strike\n    subject: place/kyiv", "    subject: place/kyiv", ["repeats the key"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def around() -> list[RecordFile]:
    records, problems = load_all(sorted(REFERENCE.glob("*.yaml")), terms.DEFAULT_BASE)
    assert problems == []
    return records


def problems(directory: Path, text: str, around: list[RecordFile], patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(check, "_around", lambda *_, **__: (around, []))
    path = directory / "record.yaml"
    path.write_text(text, encoding="utf-8")
    return [f"{problem.line}: {problem.message}" for problem in check.check_files([path], None)[0]]


def test_the_record_without_mistakes_has_no_message(
    tmp_path: Path, around: list[RecordFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert problems(tmp_path, GOOD, around, monkeypatch) == []
    assert len(MISTAKES) >= 40


@pytest.mark.parametrize(("old", "new", "at", "says"), MISTAKES)
def test_a_mistake_has_one_message_with_its_line_and_its_remedy(  # noqa: PLR0917
    old: str,
    new: str,
    at: str,
    says: list[str],
    tmp_path: Path,
    around: list[RecordFile],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    said = problems(tmp_path, text, around, monkeypatch)
    assert len(said) == 1, said
    line = (
        text[
            : text.index(
                at, max(0, GOOD.index(old) - 80) if at in text[max(0, GOOD.index(old) - 80) :] else 0
            )
        ].count("\n")
        + 1
    )
    assert said[0].startswith(f"{line}: "), (line, said)
    assert [words for words in says if words not in said[0]] == [], said


def test_a_text_is_held_against_the_quotations_of_its_own_document_only(tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    other = "{ofVersion: document/other/quoted, start: 0, end: 5, exact: other}"
    path.write_text(
        GOOD.replace("evidence: on Thursday", f"evidence: [{{start: 3, end: 11, exact: Thursday}}, {other}]"),
        encoding="utf-8",
    )
    assert [quotation.exact for quotation in load(path).quotations] == ["Thursday"]


def test_of_another_text_only_its_hash_is_said(tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("on Friday", encoding="utf-8")
    quotation = Quotation(7, "Thursday", 3, 11)
    record = RecordFile("r", "g", frozenset(), {}, {}, (quotation,), {}, "0" * 64, 11)
    (problem,) = verify(record, article)
    assert "is this the version that was read?" in problem.message


def test_a_version_named_after_another_text_is_said_by_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    full = f"readAs: FullText\nsha256: {'ab' * 32}\ncharacters: 9"
    text = GOOD.partition("events:")[0].replace("readAs: QuotationOnly", full)
    path.write_text(text.replace("my-paper/quoted", "my-paper/abababac"), encoding="utf-8")
    with pytest.raises(RecordError, match=r"ends in the hash of another text: .* begins with abababab"):
        load(path)
    path.write_text(text.replace("my-paper/quoted", "my-paper/abababab"), encoding="utf-8")
    assert load(path).sha256 == "ab" * 32


def test_a_circle_through_several_things_is_one_message_with_its_way(tmp_path: Path) -> None:
    path = tmp_path / "places.yaml"
    places = "".join(
        f"  - {{id: place/{one}, label: {{en: P}}, within: place/{other}}}\n"
        for one, other in ("ab", "bc", "ca")
    )
    path.write_text(f"id: graph/reference\nplaces:\n{places}", encoding="utf-8")
    loaded, _ = load_all([path], terms.DEFAULT_BASE)
    (problem,) = check_together(loaded, set())
    base = f"{terms.DEFAULT_BASE}place/"
    assert problem.line == 3
    assert f"{base}a -> {base}b -> {base}c -> {base}a. Correct or remove one 'within'" in problem.message
