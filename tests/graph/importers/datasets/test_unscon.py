"""The importer unscon over units made by hand, one for each trap of the table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.harness.importing import Said, said

from onrecord.graph import terms
from onrecord.graph.importers.datasets.unscon import IMPORTER, Paragraph
from onrecord.graph.importers.spool import Spool, lines

Read = Callable[..., Said]
COLUMNS = [
    "file_id",
    "EDU_text",
    "EDU_char_offsets",
    "EDU_token_offsets",
    *("A0", "A2", "A3", "A4"),
    *("B1", "B2", "B3"),
]
FILE = "UNSC_2014_SPV.7219_spch015_Russian_Federation_neg_03.txt"


def unit(  # noqa: PLR0917
    words: str, start: int, a: str = "_ _ _ _", b: str = "_ _ _", file: str = FILE, span: str = ""
) -> list[str]:
    return [file, words, span or f"{start}-{start + len(words)}", "0-1", *a.split(), *b.split()]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def write(*rows: list[str]) -> Said:
        path = tmp_path / "conflict_annotations.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
        return said(IMPORTER, [path])

    return write


@pytest.mark.parametrize(
    ("file", "read_as"),
    [
        (FILE, ("2014", "7219", "015", "russian_federation", "03")),
        ("UNSC_2014_SPV.7154_spch027_Russian_Federation3_00_GD.txt", ("2014", "7154", "027", "russian_federation", "00")),
        ("UNSC_2014_SPV.7154_spch023_United_States_Of_AmericaA2_01_GD.txt", ("2014", "7154", "023", "united_states_of_america", "01")),
        ("UNSC_2014_SPV.7154_spch006_United_States_Of_AmericaA_00_GD.txt", ("2014", "7154", "006", "united_states_of_america", "00")),
        ("UNSC_2014_SPV.7219_spch025_Indonesia_neg%2001.txt", ("2014", "7219", "025", "indonesia", "01")),
        ("UNSC_2014_SPV.7219_spch029_Belgium_pos_00.txt", ("2014", "7219", "029", "belgium", "00")),
        ("UNSC_2016_SPV.7658_spch070_NAMIBIA_02_GD.txt", ("2016", "7658", "070", "namibia", "02")),
        ("UNSC_2016_SPV.7643_spch011_Venezuela_(Bolivarian_Republic_Of)_08_GD.txt", ("2016", "7643", "011", "venezuela_(bolivarian_republic_of)", "08")),
        ("UNSC_2014_SPV.7219_spch015_Atlantis_03.txt", None),
        ("speech.txt", None),
    ],
)  # fmt: skip
def test_the_name_of_a_file_says_meeting_speech_state_and_paragraph(
    file: str, read_as: tuple[str, ...] | None
) -> None:
    found = Paragraph.read(file)
    assert found == (None if read_as is None else Paragraph(file, *read_as))


def test_a_criticism_is_the_speakers_own_attitude_in_these_words_at_these_offsets(read: Read) -> None:
    out = read(
        unit("We have repeatedly issued warnings,", 0, "Direct_NegEval Country -NONE- ukraine"),
        unit("We called", 120),
        unit("became the pretext .", 132, "Indirect_NegEval Country Law_Policy ukraine"),
    )
    claims = "?s rec:speaker ?who ; rec:asserts ?c . ?c rec:claimant ?own ; rec:holder ?holder ; rec:attitude ?how ; rec:toward ?whom ; rec:evidence ?e . ?e rec:exact ?words ; rec:start ?start ; rec:end ?end"
    russia = "actor/russia"
    assert out.rows(f"SELECT ?s ?who ?own ?holder ?how ?whom ?words ?start ?end {{ {claims} }} ORDER BY ?start") == [
        ("statement/unscon-7219-015", russia, russia, russia, "criticises", "actor/ukraine", "We have repeatedly issued warnings,", 0, 35),
        ("statement/unscon-7219-015", russia, russia, russia, "criticisesIndirectly", "actor/ukraine", "became the pretext .", 132, 152),
    ]  # fmt: skip
    assert out.rows("SELECT ?note { ?c rec:attitude rec:criticisesIndirectly ; rec:note ?note }") == [
        ("Annotated as Indirect_NegEval; target: Country, ukraine, by way of Law_Policy.",)
    ]
    assert out.rows("SELECT ?about { ?s rec:about ?about }") == [("actor/ukraine",)]


def test_every_unit_is_evidence_of_the_rendering_whose_words_it_is(read: Read) -> None:
    out = read(unit("for dialogue .", 12), unit("We called", 0))
    assert out.rows(
        "SELECT ?mode ?text (COUNT(?e) AS ?units) { ?r rec:mode ?mode ; rec:text ?text ; rec:evidence ?e } GROUP BY ?mode ?text"
    ) == [("Direct", "We called for dialogue .", 2)]
    assert out.rows(
        "SELECT ?key ?in ?publisher { ?v rec:rowKey ?key ; rec:readIn ?in ; rec:versionOf/rec:publisher ?publisher }"
    ) == [(FILE, "document/unscon", "actor/un-security-council")]


def test_paragraphs_of_one_speech_are_renderings_of_one_statement_and_no_day_is_invented(read: Read) -> None:
    other = FILE.replace("_03", "_02")
    out = read(unit("We called", 0), unit("We called", 0, file=other))
    assert out.rows(
        "SELECT (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?r) AS ?m) { ?s rec:rendering ?r }"
    ) == [(1, 2)]
    assert out.rows("SELECT ?x { { ?x rec:saidOn ?day } UNION { ?x rec:published ?day } }") == []


@pytest.mark.parametrize(
    ("a", "b", "attitude", "toward"),
    [
        ("_ _ _ _", "Challenge Country united_states_of_america", "challenges", "actor/usa"),
        ("_ _ _ _", "Challenge Speaker_Speech united_states_of_america", "challenges", "actor/usa"),
        ("_ _ _ _", "Correction -NONE- -NONE-", "corrects", "topic/unscon-no-target"),
        ("_ _ _ _", "Challenge Countries_Group -NONE-", "challenges", "topic/unscon-countries-group"),
        ("Direct_NegEval Underspecified -NONE- -NONE-", "_ _ _", "criticises", "topic/unscon-underspecified"),
        ("Direct_NegEval Underspecified -NONE- ukraine", "_ _ _", "criticises", "actor/ukraine"),
        ("Direct_NegEval -NONE- -NONE- ukraine", "_ _ _", "criticises", "actor/ukraine"),
        (
            "Indirect_NegEval -NONE- Law_Policy -NONE-",
            "_ _ _",
            "criticisesIndirectly",
            "topic/unscon-no-target",
        ),
        (
            "Indirect_NegEval Country Non-Governm_Grp -NONE-",
            "_ _ _",
            "criticisesIndirectly",
            "topic/unscon-country",
        ),
        ("Direct_NegEval UNSC -NONE- -NONE-", "_ _ _", "criticises", "actor/un-security-council"),
        ("Direct_NegEval Self-targeting -NONE- -NONE-", "_ _ _", "criticises", "actor/russia"),
    ],
)
def test_whom_the_words_are_directed_at_is_a_state_where_one_is_named(
    a: str, b: str, attitude: str, toward: str, read: Read
) -> None:
    out = read(unit("We called", 0, a, b))
    assert out.rows("SELECT ?attitude ?toward { ?c rec:attitude ?attitude ; rec:toward ?toward }") == [
        (attitude, toward)
    ]
    about = [] if toward.startswith("topic/") or toward == "actor/russia" else [(toward,)]
    assert out.rows("SELECT ?about { ?s rec:about ?about }") == about


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            unit("We called", 0, file="UNSC_2014_SPV.7219_spch015_Atlantis_03.txt"),
            "names no speech of a state that is known here",
        ),
        (unit("We called", 0, span="0-8"), "the words have 9 characters, and the offsets 0 to 8 span 8"),
        (unit("We called", 0, span="from 0"), "it takes two offsets, such as 37-117"),
        (unit(" ", 0), "the words have 1 characters"),
        (unit("We called", 0, "Praise Country -NONE- ukraine"), "the label 'Praise' is not one of"),
        (unit("We called", 0, "Direct_NegEval Country -NONE- atlantis"), "the target 'atlantis' is no state"),
        (unit("We called", 0, "Direct_NegEval Planet -NONE- -NONE-"), "the kind of target 'Planet'"),
        (unit("We called on", 40), "overlaps the unit of line 2"),
    ],
)
def test_a_unit_that_cannot_be_understood_is_refused_with_its_line(
    row: list[str], reason: str, read: Read
) -> None:
    out = read(unit("a first unit .", 45), row)
    (refusal,) = out.refused
    assert refusal.line == 3
    assert reason in refusal.reason
    assert len(out.rows("SELECT ?e { ?e a rec:Excerpt }")) == 1


def test_a_unit_twice_is_one(read: Read) -> None:
    row = unit("We called", 0, "Direct_NegEval Country -NONE- ukraine")
    out = read(row, row)
    assert (out.refused, len(out.rows("SELECT ?c { ?c a rec:AttitudeClaim }"))) == ([], 1)


def test_one_unit_may_be_a_criticism_and_a_challenge(read: Read) -> None:
    out = read(unit("We called", 0, "Direct_NegEval Country -NONE- ukraine", "Challenge Country ukraine"))
    assert out.rows("SELECT ?attitude { ?c rec:attitude ?attitude } ORDER BY ?attitude") == [
        ("challenges",),
        ("criticises",),
    ]


@pytest.mark.parametrize("place", [0, 1, 2], ids=["before", "between", "after"])
@pytest.mark.parametrize(
    "file",
    [FILE, "UNSC_2014_SPV.7219_spch015_Russian_Federation_neg_00.txt"],
    ids=["of-the-paragraph", "of-another-paragraph-of-the-speech"],
)
def test_a_unit_that_is_added_is_told_as_added(read: Read, file: str, place: int) -> None:
    """Also where it says of the speech what other units say already: that it is about the same state."""
    words = "they did nothing"
    rows = [unit(words, start, "Direct_NegEval Country _ ukraine") for start in (100, 200)]
    new = unit(words, place * 100 + 50, "Direct_NegEval Country _ ukraine", file=file)
    before, after = read(*rows), read(*rows[:place], new, *rows[place:])
    graph = IMPORTER.graph(terms.DEFAULT_BASE)
    with Spool() as spool:
        for record in after.records:
            spool.say(record.key, lines(record.quads(graph)), is_row=not record.shared)
        spool.leave(line for record in before.records for line in lines(record.quads(graph)))
        found = spool.differences()
    key = f"{file} {place * 100 + 50}-{place * 100 + 50 + len(words)}"
    if file == FILE:  # the text of the paragraph is another
        assert found == {"added": [key], "corrected": [FILE], "gone": []}
    else:
        assert found == {"added": [file, key], "corrected": [], "gone": []}
