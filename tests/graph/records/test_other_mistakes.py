"""More mistakes of somebody else, of other kinds: each has exactly one message, which names the line, the thing and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.graph.records.test_mistakes import GOOD, REFERENCE, problems

from onrecord.graph import terms
from onrecord.graph.records.seeds import load_all
from onrecord.graph.records.yaml_ld import RecordFile

_EVENT = "  - {id: event/other, type: Event, label: {en: O}, begin: 2025-08-27T12:00:00+03:00, end: 2025-08-28T12:00:00+03:00, datePrecision: Day, partOf: event/my-strike}\n"
MISTAKES = [
    # what stands there, what somebody wrote, where the message is, and what it says
    # keys
    ("    speaker: actor/peskov", "    Speaker: actor/peskov", "Speaker:", ["unknown key 'Speaker'", "'speaker'"]),
    ("    atLeast: 4", "    atLeast: 4\n    as_of_from: 2025-08-28T00:00:00+03:00", "as_of_from:", ["did you mean 'asOfFrom'?"]),
    ("saidOn: 2025-08-28", "s\u0430idOn: 2025-08-28", "s\u0430idOn", ["did you mean 'saidOn'?"]),
    ("claims:\n", "claims: []\nclaims:\n", "claims:\n  - id", ["repeats the key 'claims' of line"]),
    # YAML
    ("about: [event/my-strike]", "about: [event/my-strike", "about:", ["close the bracket that opens here"]),
    ("label: {en: A strike}", "label: {en: A strike", "label: {en: A strike", ["close the bracket that opens here"]),
    ("label: {en: A strike}", 'label: {en: "A strike}', 'label: {en: "A', ["close the quotation mark that opens here"]),
    ("    measure: killed", "  \tmeasure: killed", "  \tmeasure", ["indent with spaces"]),
    ("  - id: claim/mine-happened\n", "  id: claim/mine-happened\n", "  id: claim/mine-happened", ["begin each entry of a list with '- '"]),
    ("atLeast: 4", "atLeast: !!int 4", "atLeast:", ["YAML tag", "remove it"]),
    ("atLeast: 4", "atLeast: *count", "atLeast:", ["alias", "write the value out"]),
    ("claims:\n", "---\nclaims:\n", "---", ["remove the '---'"]),
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
