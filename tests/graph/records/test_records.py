"""What a record must be: RDF through the context alone, and nothing in it may vanish in silence."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.records import quotations, yaml_ld
from onrecord.graph.records.record_file import Quotation, RecordFile
from onrecord.graph.records.yaml_reader import MAX_BYTES, RecordError

BASE = terms.DEFAULT_BASE
GOOD = """\
id: document/some-paper/aaaaaaaa
type: DocumentVersion
label: {en: A version}
versionOf: {id: document/some-paper, type: Document, label: {en: A paper}, url: https://example.org/a, publisher: actor/kyiv-independent, language: en}
published: 2025-08-28
sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
characters: 100
events:
  - id: event/some-strike
    type: Strike
    label: {en: A strike}
    begin: 2025-08-28T00:00:00+03:00
    end: 2025-08-28T23:59:59+03:00
    datePrecision: Day
    place: place/kyiv
statements:
  - id: statement/some-statement
    type: Statement
    label: {en: A statement}
    speaker: actor/peskov
    saidOn: 2025-08-28
    rendering:
      - mode: Partial
        text: {en: remains interested}
        reportingVerb: {en: said}
        evidence:
          - {start: 10, end: 28, exact: remains interested}
    asserts:
      - id: claim/some-claim
        type: QuantityClaim
        label: {en: Nine launched}
        claimant: actor/peskov
        stance: Asserts
        concerns: event/some-strike
        measure: launched
        atLeast: 9
        evidence:
          - {start: 10, end: 28, exact: remains interested}
"""


def write(directory: Path, text: str | bytes) -> Path:
    path = directory / "record.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_every_key_of_a_record_becomes_a_quad_of_the_versions_graph(tmp_path: Path) -> None:
    record = yaml_ld.load(write(tmp_path, GOOD))
    version = BASE + "document/some-paper/aaaaaaaa"
    assert {quad.graph_name.value for quad in record.quads} == {version}
    store = ox.Store()
    store.extend(record.quads)
    asked = store.query(
        "SELECT ?speaker ?text ?start ?end ?version ?least WHERE { ?s rec:speaker ?speaker ; rec:asserts/rec:atLeast ?least ; "
        "rec:rendering ?r . ?r rec:text ?text ; rec:reportedIn ?version ; rec:evidence ?e . ?e rec:ofVersion ?version ; "
        "rec:start ?start ; rec:end ?end }",
        prefixes=dict(terms.PREFIXES),
        use_default_graph_as_union=True,
    )
    integer = ox.NamedNode(terms.PREFIXES["xsd"] + "integer")
    assert [list(row) for row in asked] == [
        [
            ox.NamedNode(BASE + "actor/peskov"),
            ox.Literal("remains interested", language="en"),
            ox.Literal("10", datatype=integer),
            ox.Literal("28", datatype=integer),
            ox.NamedNode(version),
            ox.Literal("9", datatype=integer),
        ]
    ]


def test_no_blank_node_comes_out_of_a_record(tmp_path: Path) -> None:
    record = yaml_ld.load(write(tmp_path, GOOD))
    assert not [
        quad
        for quad in record.quads
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
    ]


def test_the_same_words_cited_twice_are_one_excerpt(tmp_path: Path) -> None:
    record = yaml_ld.load(write(tmp_path, GOOD))
    excerpts = {quad.object for quad in record.quads if quad.predicate.value == terms.REC + "evidence"}
    assert excerpts == {ox.NamedNode(BASE + "document/some-paper/aaaaaaaa#char=10,28")}


def test_one_setting_rebases_every_iri_of_the_data_and_none_of_the_vocabulary(tmp_path: Path) -> None:
    record = yaml_ld.load(write(tmp_path, GOOD), "https://example.net/kg/")
    iris = {term.value for quad in record.quads for term in quad if isinstance(term, ox.NamedNode)}
    assert not [iri for iri in iris if iri.startswith(BASE) and not iri.startswith(terms.REC)]
    assert "https://example.net/kg/actor/peskov" in iris
    assert terms.REC + "speaker" in iris


def test_a_decimal_keeps_its_digits_and_a_quoted_number_stays_a_text(tmp_path: Path) -> None:
    places = """\
id: graph/reference
places:
  - {id: place/here, type: Place, label: {en: "1984"}, latitude: 50.4500, longitude: 30, within: place/ukraine}
"""
    values = {
        quad.predicate.value.rpartition("#")[2]: quad.object
        for quad in yaml_ld.load(write(tmp_path, places)).quads
    }
    assert str(values["latitude"].value) == "50.4500"
    assert values["label"] == ox.Literal("1984", language="en")


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


BAD = {
    "unclosed bracket": (changed("label: {en: A statement}", "label: {en: A statement"), "label: {en: A statement", "close the bracket that opens here"),
    "tab indentation": (changed("    type: Statement", "\ttype: Statement"), "\ttype", "indent with spaces"),
    "unknown key": (changed("speaker:", "speeker:"), "speeker", "unknown key 'speeker': did you mean 'speaker'?"),
    "unknown nested key": (changed("mode: Partial", "mood: Partial"), "mood", "unknown key 'mood': did you mean 'mode'?"),
    "unknown class": (changed("type: Strike", "type: Stryke"), "Stryke", "'Stryke' is no class of the ontology: did you mean 'Strike'?"),
    "unknown word": (changed("measure: launched", "measure: lunched"), "lunched", "did you mean 'launched'?"),
    "bare date for a moment": (changed("begin: 2025-08-28T00:00:00+03:00", "begin: 2025-08-28"), "begin", "not a bare date"),
    "moment without offset": (changed("T00:00:00+03:00", "T00:00:00"), "begin", "with its offset from UTC"),
    "a day there is not": (changed("saidOn: 2025-08-28", "saidOn: 2025-02-30"), "saidOn", "'2025-02-30': it takes a date"),
    "a number in words": (changed("atLeast: 9", "atLeast: nine"), "atLeast", "it takes a whole number"),
    "a truth for a number": (changed("atLeast: 9", "atLeast: true"), "atLeast", "it takes a whole number"),
    "moment without seconds": (changed("T00:00:00+03:00", "T00:00+03:00"), "begin", "'2025-08-28T00:00+03:00': it takes a moment"),
    "moment without hyphens": (changed("2025-08-28T00:00:00+03:00", "20250828T000000Z"), "begin", "it takes a moment"),
    "moment with a space": (changed("2025-08-28T00:00:00+03:00", "2025-08-28 00:00:00Z"), "begin", "it takes a moment"),
    "moment in an impossible zone": (changed("T00:00:00+03:00", "T00:00:00+14:30"), "begin", "it takes a moment"),
    "day of a week": (changed("saidOn: 2025-08-28", "saidOn: 2020-W01-1"), "saidOn", "it takes a date"),
    "a number with a space": (changed("atLeast: 9", "atLeast: ' 9'"), "atLeast", "' 9': it takes a whole number"),
    "a number with a line": (changed("atLeast: 9", "atLeast: 1_000"), "atLeast", "it takes a whole number"),
    "a number beyond 64 bits": (changed("atLeast: 9", "atLeast: 9223372036854775808"), "atLeast", "at most 64 bits"),
    "a number of 5,000 digits": (changed("atLeast: 9", f"atLeast: {'9' * 5000}"), "atLeast", "(5,000 characters): it takes a whole number"),
    "address with a line break": (changed("url: https://example.org/a", 'url: "https://example.org/a\\n"'), "example.org", "a web address"),
    "duplicate IRI": (changed("id: claim/some-claim", "id: event/some-strike"), "- id: event/some-strike", "described a second time"),
    "repeated key": (changed("    saidOn", "    speaker: actor/lavrov\n    saidOn"), "actor/lavrov", "repeats the key 'speaker'"),
    "wrong language tag": (changed("label: {en: A strike}", "label: {english: A strike}"), "english", "'english' is not a language tag"),
    "label without language": (changed("label: {en: A strike}", "label: A strike"), "A strike", "'label' needs a language"),
    "offsets that do not fit": (changed("end: 28", "end: 29"), "end: 29", "has 18 characters but its offsets 10–29 span 19"),
    "quotation not in its evidence": (changed("{en: remains interested}", "{en: was interested}"), "was interested", "does not stand in the rendering's evidence"),
    "IRI with a space": (changed("actor/peskov", "actor/Dmitry Peskov"), "Dmitry", "is not a name for an IRI"),
    "address that is none": (changed("url: https://example.org/a", "url: example.org/a"), "example.org", "a web address"),
    "entry without id": (changed("  - id: event/some-strike\n    type", "  - type"), "type: Strike", "has no 'id:'"),
    "section that is no list": (changed("events:\n  - id: event/some-strike", "events:\n    id: event/some-strike"), "events:", "'events' takes a list"),
    "anchor": (changed("place: place/kyiv", "place: &here place/kyiv"), "&here", "anchor"),
    "tag": (changed("place: place/kyiv", "place: !!python/name:os.system place/kyiv"), "!!python", "tag"),
    "empty value": (changed("speaker: actor/peskov", "speaker:"), "speaker:", "'speaker' has no value"),
    "second document": (GOOD + "---\nid: x\n", "---", "second YAML document"),
    "mapping for a plain value": (changed("saidOn: 2025-08-28", "saidOn: {day: 28}"), "saidOn", "takes a plain value"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{literal: five, type: 'xsd:integer'}", "'literal' is 'five': it takes a whole number"),
        ("{literal: 5e1, type: 'xsd:decimal'}", "it takes a decimal number"),
        (
            "{literal: '02025', type: 'xsd:gYear'}",
            '"02025" cannot be read as xsd:gYear, which is written 2025',
        ),
        ("{literal: '2025', type: 'xsd:Year'}", "xsd:gYear may be meant"),
        ("{literal: x, type: 'a b'}", "'type' is 'a b': it takes a datatype"),
    ],
)
def test_a_value_that_its_own_datatype_does_not_hold_is_refused(
    value: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(RecordError, match=re.escape(message)):
        yaml_ld.load(write(tmp_path, typed(value)))


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("{literal: '-0043-03-15', type: 'xsd:date'}", "-0043-03-15"),
        ("{literal: '10000-01-01', type: 'xsd:date'}", "10000-01-01"),
        ("{literal: '.5', type: 'xsd:decimal'}", ".5"),
        ("{literal: P1Y, type: 'xsd:duration'}", "P1Y"),
        ("{literal: x, type: 'http://example.org/type'}", "x"),
    ],
)
def test_a_value_that_its_datatype_holds_is_kept_as_it_is_written(
    value: str, kept: str, tmp_path: Path
) -> None:
    quads = yaml_ld.load(write(tmp_path, typed(value))).quads
    assert {q.object.value for q in quads if q.predicate.value == terms.REC + "value"} == {kept}


def typed(value: str) -> str:
    """A record whose claim gives this value."""
    old = GOOD[GOOD.index("        type: QuantityClaim") :]
    return GOOD.replace(old, f"        type: PropertyClaim\n        value: {value}\n", 1)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_record_is_refused_with_file_line_thing_and_remedy(name: str, tmp_path: Path) -> None:
    text, line_words, message = BAD[name]
    path = write(tmp_path, text)
    with pytest.raises(RecordError) as refused:
        yaml_ld.load(path)
    said = [problem for problem in refused.value.problems if message in problem.message]
    assert said, refused.value
    expected = max(n for n, line in enumerate(text.splitlines(), 1) if line_words in line)
    assert said[0].file == str(path)
    assert said[0].line == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is a binary file"),
        ("id: document/x/y\nlabel: {en: caf\xe9}\n".encode("latin-1"), "0xe9 is not UTF-8"),
        (b"", "holds no mapping"),
        (b"- a\n- b\n", "holds no mapping"),
        (b"type: DocumentVersion\n", "has no 'id:' on top"),
        (b"[" * 5000, "nests deeper than"),
        (b"#" * (MAX_BYTES + 1), "split it"),
        (b"id: graph/reference\nlabel: {en: x}\n", "add 'type: DocumentVersion'"),
    ],
    ids=[
        "binary",
        "latin-1",
        "empty",
        "a list",
        "no id",
        "deep nesting",
        "huge file",
        "top node without a type",
    ],
)
def test_a_file_that_is_no_record_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=re.escape(message)):
        yaml_ld.load(write(tmp_path, content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"nowhere\.yaml: cannot be read"):
        yaml_ld.load(tmp_path / "nowhere.yaml")


def test_all_problems_of_a_record_are_said_at_once(tmp_path: Path) -> None:
    text = changed("atLeast: 9", "atLeast: nine").replace("speaker:", "speeker:", 1)
    with pytest.raises(RecordError) as refused:
        yaml_ld.load(write(tmp_path, text))
    assert len(refused.value.problems) == 2


class TestQuotations:
    """A quotation is held against the text it was read from."""

    TEXT = "It was said: the 9 birds flew, and 9 birds came back."

    def check(self, tmp_path: Path, start: int, exact: str, **more: str) -> list[str]:
        article = tmp_path / "article.txt"
        article.write_text(self.TEXT, encoding="utf-8")
        quotation = Quotation(7, exact, start, start + len(exact), **more)
        record = RecordFile("r.yaml", "g", frozenset(), {}, {}, (quotation,), None, None)
        return [str(problem) for problem in quotations.verify(record, article) if problem.line]

    def test_that_stands_at_its_offsets_passes(self, tmp_path: Path) -> None:
        assert self.check(tmp_path, self.TEXT.index("9 birds"), "9 birds") == []

    def test_that_stands_elsewhere_is_refused_with_the_nearest_place(self, tmp_path: Path) -> None:
        second = self.TEXT.rindex("9 birds")
        (said,) = self.check(tmp_path, second - 2, "9 birds")
        assert said.startswith("r.yaml:7: ")
        assert f"start: {second}, end: {second + 7}" in said

    def test_that_is_misquoted_is_refused_with_the_passage_most_like_it(self, tmp_path: Path) -> None:
        (said,) = self.check(tmp_path, 13, "the 8 birds flew")
        assert "'the 9 birds flew' at start: 13, end: 29" in said

    def test_that_is_nowhere_is_refused_without_a_guess(self, tmp_path: Path) -> None:
        (said,) = self.check(tmp_path, 0, "Удары успешные")
        assert "Nothing in the text resembles it" in said

    def test_whose_context_differs_is_refused(self, tmp_path: Path) -> None:
        (said,) = self.check(tmp_path, self.TEXT.index("9 birds"), "9 birds", prefix="all ")
        assert "mend 'prefix:'" in said

    def test_offsets_count_characters_and_not_bytes(self, tmp_path: Path) -> None:
        article = tmp_path / "article.txt"
        article.write_text("Путін «сказав» 7", encoding="utf-8")
        record = RecordFile("r", "g", frozenset(), {}, {}, (Quotation(1, "7", 15, 16),), None, 16)
        assert [
            problem for problem in quotations.verify(record, article) if "sha256" not in problem.message
        ] == []

    def test_from_another_version_of_the_text_are_refused_by_its_hash(self, tmp_path: Path) -> None:
        article = tmp_path / "article.txt"
        article.write_text(self.TEXT, encoding="utf-8")
        record = RecordFile("r", "g", frozenset(), {}, {}, (), "0" * 64, None)
        assert "is this the version that was read?" in str(quotations.verify(record, article)[0])
