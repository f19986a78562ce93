"""More mistakes of somebody else, of other kinds: each has exactly one message, which names the line, the thing and the remedy."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.graph.records.test_mistakes import GOOD, REFERENCE, problems

from onrecord.graph import terms
from onrecord.graph.records.check import check_files
from onrecord.graph.records.project import Project
from onrecord.graph.records.record_file import RecordFile
from onrecord.graph.records.seeds import load_all, read_project

BASE = terms.DEFAULT_BASE
_EVENT = "  - {id: event/other, type: Event, label: {en: O}, begin: 2025-08-27T12:00:00+03:00, end: 2025-08-28T12:00:00+03:00, datePrecision: Day, partOf: event/my-strike}\n"
MISTAKES = [
    # what stands there, what somebody wrote, where the message is, and what it says
    # keys
    ("    speaker: actor/peskov", "    Speaker: actor/peskov", "Speaker:", ["unknown key 'Speaker'", "'speaker'"]),
    ("    atLeast: 4", "    atLeast: 4\n    as_of_from: 2025-08-28T00:00:00+03:00", "as_of_from:", ["did you mean 'asOfFrom'?"]),
    ("saidOn: 2025-08-28", "s\u0430idOn: 2025-08-28", "s\u0430idOn", ["did you mean 'saidOn'?"]),
    ("claims:\n", "claims: []\nclaims:\n", "claims:\n  - id", ["repeats the key 'claims' of line"]),
    ("reportingVerb: {en: said}", "verb: {en: said}", "verb:", ["unknown key 'verb': did you mean 'reportingVerb'?"]),
    ("targetRole: hit", "role: hit", "role:", ["unknown key 'role': did you mean 'targetRole'?"]),
    # an event without its time
    ("    begin: 2025-08-27T12:00:00+03:00\n    end: 2025-08-28T12:00:00+03:00\n    datePrecision: Night\n", "", "- id: event/my-strike", ["no time", "'begin' and 'end'", "'datePrecision: Minute'", "Year where no more is known"]),
    ("    end: 2025-08-28T12:00:00+03:00\n", "", "- id: event/my-strike", ["one 'end'"]),
    ("datePrecision: Night", "datePrecision: Unknown", "- id: event/my-strike", ["Its 'begin' and 'end' bound when", "Year where no more is known"]),
    # YAML
    ("about: [event/my-strike]", "about: [event/my-strike", "about:", ["close the bracket that opens here"]),
    ("label: {en: A strike}", "label: {en: A strike", "label: {en: A strike", ["close the bracket that opens here"]),
    ("label: {en: A strike}", 'label: {en: "A strike}', 'label: {en: "A', ["close the quotation mark that opens here"]),
    ("    measure: killed", "  \tmeasure: killed", "  \tmeasure", ["indent with spaces"]),
    ("  - id: claim/mine-happened\n", "  id: claim/mine-happened\n", "  id: claim/mine-happened", ["begin each entry of a list with '- '"]),
    ("atLeast: 4", "atLeast: !!int 4", "atLeast:", ["YAML tag", "remove it"]),
    ("atLeast: 4", "atLeast: *count", "atLeast:", ["alias", "write the value out"]),
    ("claims:\n", "---\nclaims:\n", "---", ["remove the '---'"]),
    ("    measure: killed", "    measure:killed", "    measure:killed", ["write 'key: value'"]),
    ("    measure: killed", "    measure： killed", "    measure：", ["write 'key: value'"]),
    ("    measure: killed", "\u00a0\u00a0\u00a0\u00a0measure: killed", "\u00a0", ["U+00A0", "ordinary spaces"]),
    ("  - id: claim/mine-happened", "  -\tid: claim/mine-happened", "  -\tid", ["a space and no tab follows '-'"]),
    ("measure: killed", "measure: @killed", "measure:", ["stands in quotation marks"]),
    ("label: {en: A strike}", "label: {en: Київ\x07}", "label: {en: Київ", ["control character U+0007"]),
    ("claims:\n", "...\nclaims:\n", "claims:\n  - id", ["remove the line before"]),
    ("events:\n  - id: event/my-strike\n    type", "events:\n    id: event/my-strike\n    type", "events:", ["'events' takes a list"]),
    # Norway and its like: words that other readers of YAML take for true, false or nothing
    ("measure: killed", "measure: no", "measure:", ["'no' is no word that this key takes"]),
    ("mode: Partial", "mode: yes", "mode:", ["'yes' is no word that this key takes", "Direct, Indirect, Partial"]),
    ("publisher: actor/kyiv-independent", "publisher: true", "publisher:", ["takes an IRI such as actor/<slug>, not True"]),
    ("saidOn: 2025-08-28", "saidOn: ~", "saidOn:", ["'saidOn' has no value"]),
    # days and moments
    ("saidOn: 2025-08-28", "saidOn: 28.08.2025", "saidOn:", ["'28.08.2025'", "a date such as 2025-08-28"]),
    ("published: 2025-08-28", "published: 08/28/2025", "published:", ["a date such as 2025-08-28"]),
    ("saidOn: 2025-08-28", "saidAt: 2025-08-28", "saidAt:", ["not a bare date"]),
    ("atLeast: 4", "atLeast: 4\n    asOfFrom: 2025-08-28T25:00:00+03:00", "asOfFrom:", ["T25:00:00", "a moment with its offset"]),
    ("saidOn: 2025-08-28", "saidOn: 2025-08-29", "- mode: Partial", ["said on 2025-08-29", "published before, on 2025-08-28", "'publishedAt'"]),
    ("atLeast: 4", "atLeast: 4\n    asOfFrom: 2025-08-29T00:00:00+03:00", "id: claim/mine-killed", ["'asOfFrom' is 2025-08-29", "was published", "correct one"]),
    ("published: 2025-08-28", "published: 2025-08-28\nretrieved: 2025-08-27T08:00:00Z", "id: document/my-paper/quoted", ["'retrieved'", "before the version was published"]),
    # lists and mappings for single values
    ("    speaker: actor/peskov", "    speaker: [actor/peskov, actor/putin]", "speaker:", ["'speaker' takes one value, and 2 are given"]),
    ("saidOn: 2025-08-28", "saidOn: [2025-08-28, 2025-08-29]", "saidOn:", ["takes one value"]),
    ("saidOn: 2025-08-28", "saidOn: {day: 2025-08-28}", "saidOn:", ["a plain value, not a mapping"]),
    ("relay: [{by: actor/russian-state-media}]", "relay: [actor/russian-state-media]", "- mode: Partial", ["'relay: [{by: actor/<slug>}, …]'"]),
    ("reportingVerb: {en: said}", "reportingVerb: [said]", "reportingVerb:", ["'reportingVerb: {en: …}'"]),
    # numbers
    ("atLeast: 4", "atLeast: 1\u202f000", "atLeast:", ["'1\\u202f000'", "in digits alone, such as 1000"]),
    ("atLeast: 4", "atLeast: 1\u00a0000", "atLeast:", ["in digits alone"]),
    ("atLeast: 4", "atLeast: 1 000", "atLeast:", ["in digits alone"]),
    ("atLeast: 4", "atLeast: 1_000", "atLeast:", ["in digits alone"]),
    ("atLeast: 4", "atLeast: 4.0", "atLeast:", ["in digits alone"]),
    ("atLeast: 4", "atLeast: 0x10", "atLeast:", ["in digits alone"]),
    ("atLeast: 4", "atLeast: 010", "atLeast:", ["'010'", "in digits alone"]),
    ("atLeast: 4", "atLeast: ٤", "atLeast:", ["in digits alone"]),
    ("atLeast: 4", "atLeast: ~30", "atLeast:", ["'~30'"]),
    ("atLeast: 4", "exactly: 4-5", "exactly:", ["'4-5'"]),
    ("atLeast: 4", "atLeast: 4\n    exactly: 5", "exactly:", ["both bounds of the count"]),
    ("atLeast: 4", "atLeast: 4\n    estimate: 5", "id: claim/mine-killed", ["'atLeast' is given", "give 'estimate' alone"]),
    # words
    ("measure: killed", "measure: вбито", "measure:", ["'вбито'", "killed"]),
    ("measure: killed", "measure: killed\n    stance: denies", "stance:", ["did you mean 'Denies'?"]),
    ("measure: killed", "measure: killed\n    stance: Confirms", "stance:", ["Asserts, Denies, Doubts"]),
    ("measure: killed", "measure: killed\n    targetKind: building", "id: claim/mine-killed", ["'measure' and 'targetKind'"]),
    ("measure: killed", "type: TargetClaim\n    measure: killed", "type: TargetClaim", ["does not go with 'measure'", "QuantityClaim"]),
    ("type: xsd:date", "type: date", "value:", ["'date'", "such as xsd:date"]),
    ("readAs: QuotationOnly", "readAs: QuotationOnly\neach: {Quantityclaim: {stance: Asserts}}", "each:", ["'Quantityclaim', which is no class"]),
    ("measure: killed", "measure: Загиблі", "measure:", ["did you mean 'killed'?"]),
    # ids
    ("id: claim/mine-killed", "id: claims/mine-killed", "- id: claims/", ["the id of a QuantityClaim", "'claim/'"]),
    ("id: event/my-strike\n    type", "id: strike/my-strike\n    type", "- id: strike/", ["the id of a Strike", "'event/'"]),
    ("id: statement/peskov-mine", "id: claim/peskov-said", "- id: claim/peskov-said", ["the id of a Statement", "'statement/'"]),
    # names
    ("    speaker: actor/peskov", "    speaker: Дмитрий Песков", "speaker:", ["'onrecord resolve NAME'"]),
    ("    speaker: actor/peskov", "    speaker: actor/песков", "speaker:", ["actor/peskov?"]),
    ("    speaker: actor/peskov", "    speaker: actor/зеленський", "speaker:", ["actor/zelensky?"]),
    ("    place: place/kyiv", "    place: place/Київ", "place:", ["did you mean https://w3id.org/onrecord/place/kyiv?"]),
    ("    place: place/kyiv", "    place: places/kyiv", "place:", ["did you mean https://w3id.org/onrecord/place/kyiv?"]),
    ("    place: place/kyiv", "    place: place/kyiv_city", "place:", ["'place/kyiv_city' is not a name"]),
    ("    speaker: actor/peskov", "    speaker: wd:Q7747", "id: statement/peskov-mine", ["wd:Q7747 is described nowhere"]),
    ("        evidence: [remains interested]", "        evidence: [remains interested]\n        channel: actor/peskov", "- mode: Partial", ["is a person", "platform/<slug>"]),
    ("        evidence: [remains interested]", "        evidence: [remains interested]\n        attributedTo: actor/peskov", "- mode: Partial", ["names the speaker"]),
    ("saidOn: 2025-08-28", "saidOn: 2025-08-28\n    addressee: actor/peskov", "id: statement/peskov-mine", ["names the speaker"]),
    # circles and what claims do to others
    ("    place: place/kyiv\n", f"    place: place/kyiv\n    partOf: event/other\n{_EVENT}", "id: event/my-strike", ["is a part of itself", "event/other"]),
    ("atLeast: 4", "atLeast: 4\n    supersedes: claim/peskov-mine", "id: claim/mine-killed", ["on the word of", "actor/peskov", "'verdict: refuted'"]),
    ("atLeast: 4", "atLeast: 4\n    retracts: claim/peskov-mine", "id: claim/mine-killed", ["'retracts' names", "'contradicts'"]),
    ("atLeast: 4", "atLeast: 4\n    supersedes: claim/mine-happened", "id: claim/mine-killed", ["a claim of another kind"]),
    ("atLeast: 4", "atLeast: 4\n    supersedes: claim/mine-killed", "id: claim/mine-killed", ["brings itself up to date"]),
    # what was read, and where in it
    ("evidence: four people", "evidence: [{exact: four people, start: 3, end: 9}]", "evidence: [{exact: four", ["has 11 characters but its offsets 3–9 span 6"]),
    ("evidence: four people", "evidence: [{exact: four people, start: 3}]", "evidence: [{exact: four", ["both or neither"]),
    ("evidence: four people", "evidence: [{exact: four people, start: three, end: 14}]", "evidence: [{exact: four", ["'start' is 'three'"]),
    ("evidence: four people", "evidence: []", "id: claim/mine-killed", ["rests on its words"]),
    ("readAs: QuotationOnly", "readAs: QuotationOnly\nrowKey: '7'", "id: document/my-paper/quoted", ["'rowKey' names a row of a data set", "remove 'rowKey'"]),
    ("readAs: QuotationOnly", "readAs: AddressOnly", "id: document/my-paper/quoted", ["nothing of it was read", "'readAs: Passages'"]),
    ("readAs: QuotationOnly", f"readAs: FullText\nsha256: {'a' * 64}\ncharacters: 900", "evidence: [remains", ["no offsets, and 3 more have none", "onrecord anchor"]),
    ("versionOf:\n  id: document/my-paper\n  type: Document\n  label: {en: My paper}\n  url: https://example.org/a\n  publisher: actor/kyiv-independent\n  language: en\n",
     "", "type: DocumentVersion", ["a version of no document", "'versionOf: {id:"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def around() -> list[RecordFile]:
    records, found = load_all(sorted(REFERENCE.glob("*.yaml")), terms.DEFAULT_BASE)
    assert found == []
    return records


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
    assert GOOD.count(old) >= 1
    text = GOOD.replace(old, new, 1)
    said = problems(tmp_path, text, around, monkeypatch)
    assert len(said) == 1, said
    line = text[: text.index(at)].count("\n") + 1
    assert said[0].startswith(f"{line}: "), (line, said)
    assert [words for words in says if words not in said[0]] == [], said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("label: {en: A strike}", "label: {no: Et angrep}"),  # the language, and no "no"
        ("atLeast: 4", "atLeast: '4'"),
        ("label: {en: A strike}", "label:\t{en: A strike}"),
        ("    evidence: four people", "    evidence: [four people, four people]"),
    ],
)
def test_what_only_looks_like_a_mistake_has_no_message(
    old: str, new: str, tmp_path: Path, around: list[RecordFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert problems(tmp_path, GOOD.replace(old, new, 1), around, monkeypatch) == []


def made(root: Path, **files: str) -> list[Path]:
    """A project with these files, by the folders they stand in."""
    for name, text in {"onrecord": "seeds = false", **files}.items():
        path = root / (f"{name}.toml" if name == "onrecord" else f"{name.replace('__', '/')}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Project.read(root).files()


def said(root: Path, *paths: Path) -> list[str]:
    project = Project.read(root)
    found, _ = check_files(paths or project.files(), None, project=project, with_seeds=False)
    return [str(problem).removeprefix(f"{root}/") for problem in found]


_PLACE = "id: graph/reference\nplaces:\n  - {id: place/odesa, label: {en: Odesa}, latitude: 46.5, longitude: 30.7}\n"


def test_a_file_kept_twice_is_one_mistake(tmp_path: Path) -> None:
    made(tmp_path, records__one=GOOD, records__two=GOOD)
    twice = [line for line in said(tmp_path) if "a second time" in line]
    assert twice == [
        f"records/two.yaml:1: {BASE}document/my-paper/quoted is described a second time (first in {tmp_path}/records/one.yaml:1): "
        "remove one of the two files"
    ]


def test_a_reference_file_fills_no_graph_of_its_own(tmp_path: Path) -> None:
    made(tmp_path, reference__places=_PLACE.replace("graph/reference", "graph/refs"))
    (line,) = said(tmp_path)
    assert line.startswith("reference/places.yaml:1: 'graph/refs' is no place for records")


def test_an_unknown_section_is_one_mistake(tmp_path: Path) -> None:
    made(tmp_path, reference__places=_PLACE.replace("places:", "place:"))
    (line,) = said(tmp_path)
    assert line.startswith("reference/places.yaml:2: ")
    assert "type: DocumentVersion" in line or "'places'" in line


def test_of_a_record_beside_a_file_that_cannot_be_read_only_that_file_is_told(tmp_path: Path) -> None:
    event = "id: graph/reference\nevents:\n  - {id: event/here, type: Strike, label: {en: Here}, begin: 2025-08-27T12:00:00+03:00, end: 2025-08-28T12:00:00+03:00, datePrecision: Day, place: place/odesa}\n"
    made(tmp_path, reference__places=_PLACE.replace("46.5", "north"), reference__events=event)
    (line,) = said(tmp_path, tmp_path / "reference" / "events.yaml")
    assert line.startswith("reference/places.yaml:3: 'latitude' is 'north'")


def test_quotations_are_verified_in_the_texts_of_a_project(tmp_path: Path) -> None:
    text = "At least four people died."
    digest = sha256(text.encode()).hexdigest()
    evidence = "{start: 9, end: 20, exact: four people}"
    record = (
        f"id: document/my-paper/{digest[:8]}\ntype: DocumentVersion\nversionOf: {{id: document/my-paper, type: Document, label: {{en: M}}, "
        f"url: 'https://example.org/a', publisher: actor/paper, language: en}}\npublished: 2025-08-28\nreadAs: FullText\nsha256: {digest}\n"
        f"characters: {len(text)}\nactors: [{{id: actor/paper, type: NewsOutlet, label: {{en: Paper}}}}]\nclaims:\n  - {{id: claim/quiet, "
        f"subject: actor/paper, predicate: wasSuccessful, evidence: {evidence}}}\n"
    )
    made(tmp_path, records__one=record, reference__places=_PLACE)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "one.txt").write_text(text, encoding="utf-8")
    project = Project.read(tmp_path)
    found, summary = check_files(project.files(), None, project=project, with_seeds=False)
    assert (found, summary.partition("; ")[2]) == (
        [],
        "1 quotations fit their lengths, 1 of them verified in texts/",
    )
    made(tmp_path, records__one=record.replace("start: 9, end: 20", "start: 8, end: 19"))
    (line,) = said(tmp_path)
    assert "the text does not read “four people” at 8–19. It does at start: 9, end: 20" in line
    made(tmp_path, records__one=record.replace("start: 9, end: 20", "start: 8, end: 20"))
    (line,) = said(tmp_path)
    assert "the text does not read “four people” at 8–20. It does at start: 9, end: 20" in line


@pytest.mark.slow
def test_of_offsets_that_do_not_span_the_words_a_text_says_the_right_ones_and_without_one_how_to_find_them(
    tmp_path: Path,
) -> None:
    text = tmp_path / "article.txt"
    text.write_text("At least four people died.", encoding="utf-8")
    digest = sha256(text.read_bytes()).hexdigest()
    record = tmp_path / "record.yaml"
    record.write_text(
        f"id: document/my-paper/{digest[:8]}\ntype: DocumentVersion\nversionOf: {{id: document/my-paper, type: Document, label: {{en: M}}, "
        "url: 'https://example.org/a', publisher: actor/paper, language: en}\npublished: 2025-08-28\nreadAs: FullText\n"
        f"sha256: {digest}\ncharacters: 26\nactors: [{{id: actor/paper, type: NewsOutlet, label: {{en: Paper}}}}]\nclaims:\n"
        "  - {id: claim/quiet, subject: actor/paper, predicate: wasSuccessful, evidence: [{start: 8, end: 20, exact: four people}, "
        "{start: 9, end: 21, exact: four peeple}]}\n",
        encoding="utf-8",
    )
    there = [problem.message for problem in check_files([record], text)[0]]
    assert there == [
        "the text does not read “four peeple” at 9–21. Nearest: 'four people' at start: 9, end: 20; the text has 'o' where the record has 'e'",
        "the text does not read “four people” at 8–20. It does at start: 9, end: 20",
    ]
    among_others = [
        problem.message
        for problem in check_files([*made(tmp_path, reference__places=_PLACE), record], text)[0]
    ]
    assert among_others == there
    without = [problem.message for problem in check_files([record], None)[0]]
    assert len(without) == 2
    assert all("--text ARTICLE' says where its words stand" in message for message in without)
    text.write_text("Another text.", encoding="utf-8")
    (other,) = (problem.message for problem in check_files([record], text)[0])
    assert other.startswith("the text's sha256 is ")


def test_records_may_end_in_yml(tmp_path: Path) -> None:
    (path,) = made(tmp_path, reference__places=_PLACE)
    path.rename(path.with_suffix(".yml"))
    assert [one.name for one in Project.read(tmp_path).files()] == ["places.yml"]


@pytest.mark.slow
def test_a_later_version_speaks_for_the_publisher_that_the_record_of_an_earlier_one_names(
    tmp_path: Path,
) -> None:
    first = GOOD.replace("speakingAs: tenure/peskov-press-secretary\n    ", "")
    second = (
        "id: document/my-paper/later\ntype: DocumentVersion\nversionOf: document/my-paper\nrevises: document/my-paper/quoted\n"
        "published: 2025-08-29\nreadAs: QuotationOnly\nclaims:\n"
        "  - {id: claim/mine-later, concerns: event/my-strike, measure: killed, atLeast: 5, scope: place/kyiv, evidence: five people}\n"
    )
    made(tmp_path, onrecord="seeds = true", records__first=first, records__second=second)
    project = Project.read(tmp_path)
    found, _ = check_files(project.files(), None, project=project)
    assert found == []
    read = read_project(project, BASE, with_seeds=True)
    claimants = {
        quad.object
        for quad in read.quads
        if quad.subject == ox.NamedNode(f"{BASE}claim/mine-later")
        and quad.predicate.value == terms.REC + "claimant"
    }
    assert claimants == {ox.NamedNode(f"{BASE}actor/kyiv-independent")}
