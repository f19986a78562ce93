"""UNSCon: speeches in the Security Council, unit by unit, with whom each criticises, challenges or corrects.

A speech is one statement of the state that spoke. A file of the corpus is a paragraph of it, with offsets of its own, so it
is a document of its own, and a rendering of the speech. An annotated unit is an attitude that the speaker shows in these
words; whose fault the words leave unnamed is directed at a topic that says so. docs/importing/unscon.md says what each
column becomes. The corpus does not say on which day a meeting was: neither do we.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onrecord.graph.importers import tables
from onrecord.graph.importers.model import Importer, Record, Refusal, Row, Surroundings, slug

DATASET: Final = "document/unscon"
COUNCIL: Final = "actor/un-security-council"
AUTHORS: Final = "actor/unscon-authors"
LICENCE: Final = "https://creativecommons.org/licenses/by-sa/4.0/"
NONE: Final = "_"
UNNAMED: Final = "-NONE-"
_COLUMNS: Final = ("file_id", "EDU_text", "EDU_char_offsets", "A0", "A2", "A3", "A4", "B1", "B2", "B3")
_FILE: Final = re.compile(
    r"UNSC_(?P<year>\d{4})_SPV\.(?P<meeting>\d+)_spch(?P<speech>\d+)_"
    r"(?P<state>.+?)(?:_(?:neg|pos))?(?:_|%20)(?P<part>\d+)(?:_GD)?\.txt"
)
_AGAIN: Final = re.compile(r"A?\d*$")
"""What stands behind the name of a state that speaks again in one meeting: 2, A, A2."""
_OFFSETS: Final = re.compile(r"(\d+)-(\d+)")
_LABELS: Final = ("A0", "A2", "A3", "A4", "B1", "B2", "B3")

STATES: Final = {
    "argentina": ("actor/argentina", "Argentina"),
    "australia": ("actor/australia", "Australia"),
    "belgium": ("actor/belgium", "Belgium"),
    "brazil": ("actor/brazil", "Brazil"),
    "chad": ("actor/chad", "Chad"),
    "chile": ("actor/chile", "Chile"),
    "china": ("actor/china", "China"),
    "egypt": ("actor/egypt", "Egypt"),
    "france": ("actor/france", "France"),
    "indonesia": ("actor/indonesia", "Indonesia"),
    "japan": ("actor/japan", "Japan"),
    "jordan": ("actor/jordan", "Jordan"),
    "lithuania": ("actor/lithuania", "Lithuania"),
    "luxembourg": ("actor/luxembourg", "Luxembourg"),
    "malaysia": ("actor/malaysia", "Malaysia"),
    "namibia": ("actor/namibia", "Namibia"),
    "new_zealand": ("actor/new-zealand", "New Zealand"),
    "nigeria": ("actor/nigeria", "Nigeria"),
    "republic_of_korea": ("actor/south-korea", "Republic of Korea"),
    "russian_federation": ("actor/russia", "Russia"),
    "rwanda": ("actor/rwanda", "Rwanda"),
    "senegal": ("actor/senegal", "Senegal"),
    "spain": ("actor/spain", "Spain"),
    "ukraine": ("actor/ukraine", "Ukraine"),
    "united_kingdom_of_great_britain_and_northern_ireland": ("actor/united-kingdom", "United Kingdom"),
    "united_states_of_america": ("actor/usa", "United States"),
    "uruguay": ("actor/uruguay", "Uruguay"),
    "venezuela_(bolivarian_republic_of)": ("actor/venezuela", "Venezuela"),
}
"""The states that the corpus names, in its spelling without capitals."""

NOBODY: Final = {
    "Underspecified": ("topic/unscon-underspecified", "Somebody or something that a speaker leaves unnamed"),
    "Countries_Group": ("topic/unscon-countries-group", "A group of countries that a speaker does not name one by one"),
    "Speaker_Speech": ("topic/unscon-speaker-or-speech", "Another speaker, or a speech, that is not named"),
    "Country": ("topic/unscon-country", "A country that a speaker leaves unnamed"),
    UNNAMED: ("topic/unscon-no-target", "Nobody in particular, or not said in these words"),
}  # fmt: skip
"""What words are directed at that name no state, by the corpus's kinds of target."""

KINDS: Final = {
    "Direct_NegEval": "criticises",
    "Indirect_NegEval": "criticisesIndirectly",
    "Challenge": "challenges",
    "Correction": "corrects",
}
"""The corpus's labels, and the attitude that each is."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """One unit of a paragraph: its words, where they stand, and the row."""

    row: Row
    start: int
    end: int

    @property
    def words(self) -> str:
        return str(self.row["EDU_text"])


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What the name of a file of the corpus says: the meeting, the speech, the state and the paragraph of it."""

    file: str
    year: str
    meeting: str
    speech: str
    state: str
    part: str

    @classmethod
    def read(cls, file: str) -> Paragraph | None:
        """The paragraph of a file; None where its name is not as the corpus's names are, or names no state we know."""
        found = _FILE.fullmatch(file)
        if found is None:
            return None
        name = found["state"].lower()
        state = name if name in STATES else _AGAIN.sub("", found["state"]).lower()
        return (
            cls(file, found["year"], found["meeting"], found["speech"], state, found["part"])
            if state in STATES
            else None
        )

    @property
    def speech_name(self) -> str:
        """What the speech is called in IRIs."""
        return f"unscon-{self.meeting}-{self.speech}"

    @property
    def name(self) -> str:
        """What the paragraph is called in IRIs."""
        return f"{self.speech_name}-{self.part}"


def rows(paths: Sequence[Path]) -> Iterator[Row | Refusal]:
    """The rows of conflict_annotations.csv."""
    for path in paths:
        yield from tables.csv_rows(path, _COLUMNS)


def records(found: Iterable[Row], around: Surroundings) -> Iterator[Record | Refusal]:
    """What the rows say, paragraph by paragraph."""
    yield _common(around.base)
    paragraphs: dict[str, dict[tuple[int, int], _Unit]] = defaultdict(dict)
    for published in found:
        # A program for tables may have written nothing where the corpus has its mark for nothing.
        marked = {name: tables.filled(published[name]) or NONE for name in _LABELS}
        row = Row(published.file, published.line, {**published.cells, **marked})
        unit = _read(row)
        if isinstance(unit, Refusal):
            yield unit
            continue
        units = paragraphs[row["file_id"]]
        span = unit.start, unit.end
        overlapping = [other for other in units.values() if other.start < unit.end and unit.start < other.end]
        if span in units and row.says_as(units[span].row, _COLUMNS):
            continue
        if overlapping:
            yield Refusal.of(
                row, f"overlaps the unit of line {overlapping[0].row.line}, and differs from it: keep one"
            )
            continue
        units[span] = unit
    for file in sorted(paragraphs):
        paragraph = Paragraph.read(file)
        if paragraph is not None and paragraphs[file]:
            yield from _paragraph(
                paragraph, [paragraphs[file][span] for span in sorted(paragraphs[file])], around.base
            )


def _speech(file: str) -> str:
    paragraph = Paragraph.read(file)
    return file if paragraph is None else paragraph.speech_name


def _read(row: Row) -> _Unit | Refusal:  # noqa: PLR0911  (one reason each)
    if Paragraph.read(row["file_id"]) is None:
        return Refusal.of(
            row,
            f"'file_id' is {row['file_id']!r}: it names no speech of a state that is known here, as UNSC_2014_SPV.7138_spch002_Ukraine_00.txt does",
        )
    span = _OFFSETS.fullmatch(row["EDU_char_offsets"])
    if span is None:
        return Refusal.of(
            row, f"'EDU_char_offsets' is {row['EDU_char_offsets']!r}: it takes two offsets, such as 37-117"
        )
    start, end = int(span[1]), int(span[2])
    words = row["EDU_text"]
    if not words.strip() or end - start != len(words):
        return Refusal.of(
            row,
            f"the words have {len(words)} characters, and the offsets {start} to {end} span {end - start}",
        )
    for label, state in ((row["A0"], row["A4"]), (row["B1"], row["B3"])):
        if label not in {NONE, *KINDS}:
            return Refusal.of(row, f"the label {label!r} is not one of {', '.join(KINDS)}")
        if state not in {NONE, UNNAMED, *STATES}:
            return Refusal.of(row, f"the target {state!r} is no state that is known here")
    for label, kind, state in ((row["A0"], row["A2"], row["A4"]), (row["B1"], row["B2"], row["B3"])):
        if label != NONE and state in {NONE, UNNAMED} and kind not in {"UNSC", "Self-targeting", *NOBODY}:
            return Refusal.of(row, f"the kind of target {kind!r} is not known here")
    return _Unit(row, start, end)


def _common(base: str) -> Record:
    made = Record("common", base, shared=True)
    made.describe(
        COUNCIL,
        "Institution",
        label={
            "en": "United Nations Security Council",
            "uk": "Рада Безпеки ООН",
            "ru": "Совет Безопасности ООН",
        },
    )
    made.describe(AUTHORS, "Group", label={"en": "Karolina Zaczynska, Peter Bourgonje and Manfred Stede"})
    for iri, label in STATES.values():
        made.describe(iri, "State", label={"en": label})
    for iri, label in NOBODY.values():
        made.describe(iri, "Topic", label={"en": label})
    made.describe(
        DATASET, "Dataset", publisher=AUTHORS, url="https://github.com/linatal/UNSCon",
        label={"en": "UNSCon: the UN Security Council Conflict Corpus"},
    )  # fmt: skip
    return made


def _paragraph(paragraph: Paragraph, units: Sequence[_Unit], base: str) -> Iterator[Record]:
    speaker, name = STATES[paragraph.state]
    document = f"document/{paragraph.name}"
    about = f"S/PV.{paragraph.meeting} ({paragraph.year}), speech {int(paragraph.speech)}, {name}"
    statement = f"statement/{paragraph.speech_name}"
    rendering = f"rendering/{paragraph.name}"
    head = Record(paragraph.file, base)
    head.describe(
        document,
        "Document",
        publisher=COUNCIL,
        language="en",
        label={"en": f"{about}, paragraph {int(paragraph.part)}"},
    )
    version = head.describe(
        f"{document}/unscon", "DocumentVersion", versionOf=document, readAs="TableRow", readIn=DATASET, rowKey=paragraph.file,
        label={"en": f"{about}, paragraph {int(paragraph.part)}, as units of UNSCon"},
    )  # fmt: skip
    head.describe(
        statement,
        "Statement",
        speaker=speaker,
        rendering=rendering,
        label={"en": f"{name} in the Security Council, {about}"},
    )
    head.describe(
        rendering,
        "Rendering",
        mode="Direct",
        reportedIn=version,
        text={"en": " ".join(unit.words for unit in units)},
    )
    yield head
    for unit in units:
        yield _unit(paragraph, unit, base)


def _unit(paragraph: Paragraph, unit: _Unit, base: str) -> Record:
    row = unit.row
    made = Record(f"{paragraph.file} {row['EDU_char_offsets']}", base)
    speaker, name = STATES[paragraph.state]
    words = made.passage(f"document/{paragraph.name}/unscon", unit.words, start=unit.start, end=unit.end)
    made.describe(f"rendering/{paragraph.name}", "Rendering", evidence=words)
    for label, kind, through, state in (
        (row["A0"], row["A2"], row["A3"], row["A4"]),
        (row["B1"], row["B2"], NONE, row["B3"]),
    ):
        if label == NONE:
            continue
        target = _target(kind, state, speaker)
        by_way_of = f", by way of {through}" if through not in {NONE, UNNAMED} else ""
        claim = made.describe(
            f"claim/{paragraph.name}-{unit.start}-{slug(label)}", "AttitudeClaim", claimant=speaker, stance="Asserts",
            holder=speaker, attitude=KINDS[label], toward=target, concerns=target, evidence=words,
            label={"en": f"{name} {_VERBS[label]} {_called(target)}"},
            note={"en": f"Annotated as {label}; target: {kind}, {state}{by_way_of}."},
        )  # fmt: skip
        about = target if target.startswith("actor/") and target != speaker else None
        made.describe(f"statement/{paragraph.speech_name}", "Statement", asserts=claim, about=about)
    return made


def _target(kind: str, state: str, speaker: str) -> str:
    """At whom or what an annotated unit is directed: a state that is named, the Council, the speaker, or a topic that says: nobody named."""
    if state in STATES:
        return STATES[state][0]
    if kind == "UNSC":
        return COUNCIL
    return speaker if kind == "Self-targeting" else NOBODY[kind][0]


def _called(target: str) -> str:
    names = {COUNCIL: "the Security Council", **dict(STATES.values())}
    names |= {topic: called[0].lower() + called[1:] for topic, called in NOBODY.values()}
    return names[target]


_VERBS: Final = {
    "Direct_NegEval": "criticises",
    "Indirect_NegEval": "indirectly criticises",
    "Challenge": "challenges",
    "Correction": "corrects",
}

IMPORTER: Final = Importer(
    name="unscon",
    title="UNSCon: who criticises, challenges and corrects whom in the UN Security Council",
    document=DATASET,
    publisher=AUTHORS,
    homepage="https://github.com/linatal/UNSCon",
    licence=LICENCE,
    rights="By Karolina Zaczynska, Peter Bourgonje and Manfred Stede, under CC BY-SA: anyone who passes this graph on, changed or not, "
    "names them and keeps it under the same licence.",
    takes="conflict_annotations.csv",
    rows=rows,
    records=records,
    together=lambda _: lambda row: [_speech(row["file_id"])],
)
