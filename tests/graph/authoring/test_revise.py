"""The record of a revised article: word for word or not at all; and what changed between the two."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onrecord.graph import terms
from onrecord.graph.authoring.anchor import anchor
from onrecord.graph.authoring.revise import revise
from onrecord.graph.changes import ChangeSet
from onrecord.graph.files.texts import digest
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.tables.revisions import between, compare
from onrecord.graph.records.check import check_files, read_beside
from onrecord.graph.records.yaml_reader import RecordError
from onrecord.graph.settings import Settings

OLD = "Killed: at least 21 in Kyiv. “We strike,” Peskov said. Nine missiles fell. A building burnt. It was night.\n"
NEW = "Update. “We strike,” Peskov said. A building burnt. Nine missiles fell! Killed: at least 25 in Kyiv. It was\nnight.\n"


def record(directory: Path) -> tuple[Path, Path]:
    """A record of the old text, and the new text beside it."""
    (directory / "old.txt").write_text(OLD, encoding="utf-8")
    (directory / "new.txt").write_text(NEW, encoding="utf-8")
    path = directory / "old.yaml"
    path.write_text(
        f"""\
id: document/a-paper/{digest(OLD)[:8]}
type: DocumentVersion
versionOf: {{id: document/a-paper, type: Document, label: {{en: A paper}}, publisher: actor/kyiv-independent, language: en}}
published: 2025-08-28
readAs: FullText
sha256: {digest(OLD)}
characters: {len(OLD)}
events:
  - {{id: event/x, type: Strike, label: {{en: X}}, begin: 2025-08-27T12:00:00+03:00, end: 2025-08-28T12:00:00+03:00, datePrecision: Night, place: place/kyiv}}
each: {{Claim: {{concerns: event/x}}}}
statements:
  - id: statement/peskov-x
    speaker: actor/peskov
    rendering: {{id: rendering/x, mode: Partial, text: {{en: We strike}}, reportingVerb: {{en: said}}, evidence: [We strike, Peskov said]}}
    asserts: [{{id: claim/strike, targetKind: building, evidence: We strike}}]
claims:
  - {{id: claim/killed, measure: killed, atLeast: 21, evidence: at least 21 in Kyiv}}
  - {{id: claim/missiles, measure: launched, exactly: 9, evidence: Nine missiles fell}}
  - {{id: claim/building, targetKind: building, evidence: A building burnt}}
  - {{id: claim/night, subject: event/x, predicate: happenedOn, value: {{literal: 2025-08-28, type: "xsd:date"}}, evidence: It was night}}
""",
        encoding="utf-8",
    )
    anchor(path, [directory / "old.txt"])
    return path, directory / "new.txt"


def test_what_stands_word_for_word_is_carried_over_and_the_rest_is_listed(tmp_path: Path) -> None:
    old, new = record(tmp_path)
    revised = revise(old, new)
    assert f"revises: document/a-paper/{digest(OLD)[:8]}" in revised.text
    for words in ("We strike", "Peskov said", "A building burnt"):
        assert (
            f'start: {NEW.index(words)}, end: {NEW.index(words) + len(words)}, exact: "{words}"'
            in revised.text
        )
    assert [line.partition(":")[0] for line in revised.left] == [
        "claim/killed",
        "claim/missiles",
        "claim/night",
    ]
    killed, missiles, night = revised.left
    assert "is not in the text any more. Nearest: 'at least 25 in Kyiv'" in killed
    assert "the text has '5' where the record has '1'" in killed
    assert "among other words than before" in missiles
    assert "is not in the text any more" in night
    assert "claim/killed, " not in revised.text
    assert "claim/night, " not in revised.text


def test_it_is_no_record_until_a_person_has_looked(tmp_path: Path) -> None:
    old, new = record(tmp_path)
    path = tmp_path / "new.yaml"
    revised = revise(old, new)
    path.write_text(revised.text, encoding="utf-8")
    problems, _ = check_files([path], new)
    assert len(problems) == revised.text.count("# check:") == len(revised.left) + 1
    assert all("is still to be checked by a person" in problem.message for problem in problems)


@pytest.mark.slow
def test_with_what_the_person_adds_both_versions_are_valid_and_the_difference_is_shown(
    tmp_path: Path,
) -> None:
    old, new = record(tmp_path)
    path = tmp_path / "new.yaml"
    looked = "\n".join(line.partition("# check:")[0].rstrip() for line in revise(old, new).text.splitlines())
    version = f"document/a-paper/{digest(NEW)[:8]}"
    more = f"  - {{id: claim/killed-2, assertedBy: {version}, claimant: actor/kyiv-independent, measure: killed, atLeast: 25, supersedes: claim/killed, concerns: event/x, evidence: at least 25 in Kyiv}}\n"
    path.write_text(f"{looked}\n{more}", encoding="utf-8")
    anchor(path, [new])
    problems, _ = check_files([old, path], None)
    assert problems == []
    (before, after), around = read_beside([old, path], terms.DEFAULT_BASE)
    found = compare(before.quads, after.quads, around)
    assert [claim.iri.rpartition("/")[2] for claim in found.gone] == ["night"]
    assert found.new == ()
    ((was, now),) = found.changed
    assert (was.label, was.words) == ("At least 21 killed", ("at least 21 in Kyiv",))
    assert (now.label, now.words) == ("At least 25 killed", ("at least 25 in Kyiv",))
    assert found.same == 3


def test_the_same_text_and_what_was_not_read_in_full_are_refused(tmp_path: Path) -> None:
    old, new = record(tmp_path)
    with pytest.raises(RecordError, match="give that of the newer version"):
        revise(old, tmp_path / "old.txt")
    old.write_text(
        old.read_text(encoding="utf-8").replace("readAs: FullText", "readAs: Passages"), encoding="utf-8"
    )
    with pytest.raises(RecordError, match="only such a one can be revised"):
        revise(old, new)


def test_versions_in_the_graph_are_compared_by_their_iris(tmp_path: Path) -> None:
    old, new = record(tmp_path)
    path = tmp_path / "new.yaml"
    path.write_text(re.sub(" *# check:.*", "", revise(old, new).text), encoding="utf-8")
    (before, after), _ = read_beside([old, path], terms.DEFAULT_BASE)
    with Ledger.open(Settings(data=tmp_path / "data", query_seconds=60, shapes=False)) as ledger:
        ledger.commit(ChangeSet(added=before.quads | after.quads), message="both", author="a test")
        found = between(ledger, before.graph, after.graph)
    assert {claim.label for claim in found.gone} == {"At least 21 killed", "X happened on 28 August 2025"}
    assert (found.new, found.changed, found.same) == ((), (), 3)


def test_what_stands_twice_or_in_other_surroundings_is_left_and_a_quotation_keeps_its_words(
    tmp_path: Path,
) -> None:
    before = "He said “We strike”. At dawn nine missiles fell. A hall burnt.\n"
    after = "He said “We strike”. At noon nine missiles fell. A hall burnt. Later a school: A hall burnt.\n"
    path, new = tmp_path / "old.yaml", tmp_path / "new.txt"
    (tmp_path / "old.txt").write_text(before, encoding="utf-8")
    new.write_text(after, encoding="utf-8")
    path.write_text(
        f"""\
id: document/a-paper/{digest(before)[:8]}
type: DocumentVersion
versionOf: {{id: document/a-paper, type: Document, label: {{en: A paper}}, publisher: actor/kyiv-independent, language: en}}
readAs: FullText
sha256: {digest(before)}
characters: {len(before)}
statements:
  - {{id: statement/x, speaker: actor/peskov, rendering: {{mode: Direct, evidence: [We strike]}}}}
claims:
  - {{id: claim/missiles, measure: launched, exactly: 9, evidence: [{{exact: nine missiles, prefix: "At dawn "}}]}}
  - {{id: claim/hall, targetKind: building, evidence: [A hall burnt]}}
""",
        encoding="utf-8",
    )
    anchor(path, [tmp_path / "old.txt"])
    revised = revise(path, new)
    assert 'text: {en: "We strike"}' in revised.text
    missiles, hall = revised.left
    assert missiles.startswith("claim/missiles: “nine missiles” has other words before or after it at 29")
    assert hall.startswith("claim/hall: “A hall burnt” stands 2 times, at 49–61, 79–91")
