"""A draft proposes and asserts nothing; and how much of the first record it finds is measured, not said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.graph import terms
from onrecord.graph.authoring import mentions
from onrecord.graph.authoring.draft import draft
from onrecord.graph.records.passages import TextRange
from onrecord.graph.records.seeds import Seeds, load_all
from onrecord.graph.records.yaml_ld import load
from onrecord.graph.records.yaml_reader import RecordError
from onrecord.graph.search.names import Names

ROOT = Path(__file__).resolve().parents[3]
RECORD = ROOT / "seeds" / "documents" / "kyiv-independent-2025-08-28" / "record.yaml"
URL = "https://kyivindependent.com/2025-08-28/some-article"


@pytest.fixture(scope="module")
def names() -> Names:
    records, problems = load_all(sorted((ROOT / "seeds" / "reference").glob("*.yaml")), terms.DEFAULT_BASE)
    assert problems == []
    return Names(quad for record in records for quad in record.quads)


def drafted(directory: Path, text: str, names: Names) -> dict[str, Any]:
    (directory / "article.txt").write_text(text, encoding="utf-8")
    read: dict[str, Any] = yaml.safe_load(draft(URL, directory / "article.txt", names))
    return read


@pytest.mark.parametrize(
    ("sentence", "speaker", "words"),
    [
        ("“We strike”, Peskov said.", "actor/peskov", "We strike"),
        ("„Ми готові“, заявив Зеленський.", "actor/zelensky", "Ми готові"),
        ("Как сообщил Песков, «мы готовы».", "actor/peskov", "мы готовы"),
        ('Trump said on Aug. 25 that "it is bad."', "actor/trump", "it is bad"),
        ("«Операция продолжается», — сказал Дмитрий Песков.", "actor/peskov", "Операция продолжается"),
        ("Речник Кремля Дмитро Пєсков заявив: «Росія зацікавлена».", "actor/peskov", "Росія зацікавлена"),
    ],
)
def test_a_sentence_that_quotes_somebody_is_a_statement(
    tmp_path: Path, names: Names, sentence: str, speaker: str, words: str
) -> None:
    (statement,) = drafted(tmp_path, f"Headline\n{sentence}\n", names)["statements"]
    (rendering,) = statement["rendering"]
    assert statement["speaker"] == speaker
    assert list(rendering["text"].values()) == [words]
    (evidence,) = rendering["evidence"]
    assert f"Headline\n{sentence}\n"[int(evidence["start"]) : int(evidence["end"])] == words


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("Russia launched about 30 missiles and 1,131 drones.", [("launched", {"estimate": 30}), ("launched", {"exactly": 1131})]),
        ("At least 21 people were killed, including four children.", [("killed", {"atLeast": 21}), ("killedChildren", {"exactly": 4})]),
        ("More than 40 people were injured on Aug. 28, 2025.", [("injured", {"atLeast": 41})]),
        ("Ten people were killed and 12 people were wounded.", [("killed", {"exactly": 10}), ("injured", {"exactly": 12})]),
        ("The service put the number of dead at 11 and of injured at 34.", [("killed", {"exactly": 11}), ("injured", {"exactly": 34})]),
        ("The number of the injured rose, and that of people killed to at least 12, by noon.", [("killed", {"atLeast": 12})]),
        ("Of those killed at 11 sites nobody is known.", []),
        ("The 5 people met in 2025 for 3 days.", []),
        ("Lozova, 14 May 2026 — Russian drones struck at 7 a.m., drones again on 15 May.", []),
        ("14 травня 2026 року безпілотники атакували депо.", []),
        ("Загинули щонайменше дві людини, ще семеро поранені.", [("killed", {"atLeast": 2}), ("injured", {"exactly": 7})]),
        ("Росія запустила 124 дрони і близько 30 ракет.", [("launched", {"exactly": 124}), ("launched", {"estimate": 30})]),
        ("Погибли по меньшей мере два человека, ещё семь человек ранены.", [("killed", {"atLeast": 2}), ("injured", {"exactly": 7})]),
        ("Запущено более 1\u202f000 дронов.", [("launched", {"atLeast": 1001})]),
    ],
)  # fmt: skip
def test_a_figure_with_its_noun_is_a_claim(
    names: Names, sentence: str, figures: list[tuple[str, dict[str, int]]]
) -> None:
    found = mentions.figures(sentence, names, TextRange(0, len(sentence)))
    assert [(figure.measure, figure.bounds) for figure in found] == figures


def test_children_hurt_are_not_children_killed(tmp_path: Path, names: Names) -> None:
    text = "Заголовок\nПоранено 20 людей, з них двоє дітей.\nЗагинули двоє дітей.\n"
    claims = drafted(tmp_path, text, names)["claims"]
    assert [claim["measure"] for claim in claims] == ["injured", "injuredChildren", "killedChildren"]


def test_a_byte_order_mark_is_no_part_of_the_headline(tmp_path: Path, names: Names) -> None:
    assert drafted(tmp_path, "\ufeffHeadline\r\nNothing.\r\n", names)["headline"] == {"en": "Headline"}


def test_a_draft_is_no_record_until_every_mark_is_gone(tmp_path: Path, names: Names) -> None:
    (tmp_path / "article.txt").write_text("Headline\n“We strike”, Peskov said.\n", encoding="utf-8")
    path = tmp_path / "record.yaml"
    text = draft(URL, tmp_path / "article.txt", names)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError) as refused:
        load(path)
    assert len(refused.value.problems) == text.count("# check:") > 5
    path.write_text(re.sub(" *# check:.*", "", text), encoding="utf-8")
    assert load(path).sha256 is not None


def test_what_is_no_text_and_no_address_is_refused(tmp_path: Path, names: Names) -> None:
    (tmp_path / "empty").write_text(" \n", encoding="utf-8")
    with pytest.raises(RecordError, match="holds no text"):
        draft(URL, tmp_path / "empty", names)
    (tmp_path / "full").write_text("x", encoding="utf-8")
    with pytest.raises(RecordError, match="is no web address"):
        draft("example.org", tmp_path / "full", names)


@pytest.mark.slow
def test_how_much_of_the_first_record_is_found_is_what_the_docs_say(article: Path, seeds: Seeds) -> None:
    names = Names(seeds.quads)
    text = article.read_text(encoding="utf-8")
    read = yaml.safe_load(draft(URL, article, names))
    by_hand = load(RECORD)
    short = {iri.removeprefix(terms.DEFAULT_BASE) for iri in {*by_hand.references, *by_hand.lines}}
    wanted_names = {name for name in short if name.split("/")[0] in {"actor", "place", "weapon"}}
    proposed_names = {
        mention.iri.removeprefix(terms.DEFAULT_BASE)
        for mention in mentions.mentioned(text, names, TextRange(0, len(text)))
    }
    hand = yaml.safe_load(RECORD.read_text(encoding="utf-8"))
    counted = {
        "Names": (wanted_names, proposed_names),
        "Wordings": (wordings(hand), wordings(read)),
        "Figures": (counts(hand), counts(read)),
    }
    docs = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    for section, (wanted, proposed) in counted.items():
        print(section, len(wanted), len(wanted & proposed), len(proposed - wanted), proposed - wanted)
        row = re.search(rf"\| {section}[^|]*\| (\d+) \| (\d+) \| (\d+) \|", docs)
        assert row is not None
        stated, found, wrong = map(int, row.groups())
        assert stated == len(wanted)
        assert found <= len(wanted & proposed), wanted - proposed
        assert wrong >= len(proposed - wanted), proposed - wanted
        print(
            section,
            len(wanted),
            len(wanted & proposed),
            len(proposed - wanted),
            wanted - proposed,
            proposed - wanted,
        )


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def wordings(record: dict[str, Any]) -> set[tuple[str, str]]:
    """Who says it, and the quoted words, or, where none are quoted, the verb."""

    def words(rendering: dict[str, Any]) -> str:
        if "text" not in rendering and "mode" in rendering:
            return str(listed(rendering["evidence"])[0]["exact"])  # as a record may leave it out
        return str(next(iter(rendering.get("text", rendering["reportingVerb"]).values())))

    return {
        (statement["speaker"], words(rendering))
        for statement in record["statements"]
        for rendering in listed(statement["rendering"])
    }


def words(rendering: dict[str, Any]) -> str:
    """The text; in a quotation that has none, the words of its first evidence, as a record's reader has it."""
    if "text" in rendering:
        return str(next(iter(rendering["text"].values())))
    if rendering.get("mode") in {"Direct", "Partial"}:
        return str(listed(rendering["evidence"])[0]["exact"])
    return str(next(iter(rendering["reportingVerb"].values())))


def counts(record: dict[str, Any]) -> set[tuple[str, ...]]:
    """What is counted, its bounds and the weapon."""
    claims = [
        *record["claims"],
        *(claim for statement in record["statements"] for claim in statement.get("asserts", [])),
    ]
    return {
        tuple(str(claim.get(key, "")) for key in ("measure", "exactly", "atLeast", "estimate", "weapon"))
        for claim in claims
        if "measure" in claim
    }


def test_who_is_quoted_and_known_nowhere_is_proposed_for_a_reference_file(
    tmp_path: Path, names: Names
) -> None:
    text = (
        "Barge strikes bridge\n"
        "“It will not fall,” engineer Petro Sokil said.\n"
        "Mayor Olha Dzyuba told reporters that Stara Hreblia was closed.\n"
        "Peskov said nothing to Marta Vovk.\n"
        "Iryna Marchuk owns the barge.\n"
    )
    (tmp_path / "article.txt").write_text(text, encoding="utf-8")
    found = draft(URL, tmp_path / "article.txt", names)
    proposed = [line[2:] for line in found.splitlines() if line.startswith("#   - {id: actor/")]
    assert yaml.safe_load("\n".join(proposed)) == [
        {"id": "actor/petro-sokil", "type": "Person", "label": {"en": "Petro Sokil"}},
        {"id": "actor/olha-dzyuba", "type": "Person", "label": {"en": "Olha Dzyuba"}},
    ]


def test_what_is_not_said_by_whom_it_seems_is_not_proposed(tmp_path: Path, names: Names) -> None:
    """Another with a known surname, a state before its ministry, a word of many institutions alone."""
    text = "Headline\n“Stay away”, the mayor Serhii Zelenskyi said.\nUkraine's Energy Ministry said that “power is back”.\n"
    (tmp_path / "article.txt").write_text(text, encoding="utf-8")
    made = draft(URL, tmp_path / "article.txt", names)
    assert "statements" not in yaml.safe_load(made)
    assert '{id: actor/serhii-zelenskyi, type: Person, label: {en: "Serhii Zelenskyi"}}' in made
    assert '{id: actor/energy-ministry, type: Institution, label: {en: "Energy Ministry"}}' in made


def test_a_verb_before_the_name_is_evidence_with_it(tmp_path: Path, names: Names) -> None:
    text = "Заголовок\nАтаку відбито, повідомив Дмитро Пєсков.\n"
    (statement,) = drafted(tmp_path, text, names)["statements"]
    (evidence,) = statement["rendering"][0]["evidence"]
    assert (
        evidence["exact"] == "повідомив Дмитро Пєсков" == text[int(evidence["start"]) : int(evidence["end"])]
    )
