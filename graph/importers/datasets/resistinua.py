"""Messages of Ukrainian officials of 2022 in Ukrainian and English: one utterance, two renderings, and the texts themselves.

The data set is in the public domain (CC0), so each text is kept in the text store under its hash, and what is quoted of it has
its offsets there. The dates are those of publication: on which day something was said is not told, and is not claimed.
docs/importing/resistinua.md says what each column becomes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from onrecord.graph.importers import tables
from onrecord.graph.importers.datasets.attacks import place_names
from onrecord.graph.importers.model import (
    Importer,
    Record,
    Refusal,
    Remark,
    Row,
    Surroundings,
    web_address,
)
from onrecord.graph.text.phrases import listed

DATASET: Final = "document/resistinua"
PUBLISHER: Final = "actor/resistinua"
LICENCE: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
LANGUAGES: Final = ("uk", "en")
_READ: Final = ("id", "date", "speaker", "url", "topics", "cities", *LANGUAGES)
_QUOTED: Final = 400
"""How many characters of a text are quoted at most."""

SPEAKERS: Final = {
    "Володимир Зеленський": ("actor/zelensky", "Volodymyr Zelensky", "Зеленськ"),
    "Ірина Верещук": ("actor/vereshchuk", "Iryna Vereshchuk", "Верещук"),
    "Олексій Арестович": ("actor/arestovych", "Oleksii Arestovych", "Арестович"),
    "Денис Шмигаль": ("actor/shmyhal", "Denys Shmyhal", "Шмигал"),
    "Кирило Тимошенко": ("actor/kyrylo-tymoshenko", "Kyrylo Tymoshenko", "Тимошенк"),
    "Андрій Єрмак": ("actor/yermak", "Andriy Yermak", "Єрмак"),
    "Віталій Кличко": ("actor/klitschko", "Vitali Klitschko", "Кличк"),
    "Олексій Дніпров": ("actor/dniprov", "Oleksii Dniprov", "Дніпров"),
    "Юлія Соколовська": ("actor/sokolovska", "Yuliia Sokolovska", "Соколовськ"),
    "Михайло Подоляк": ("actor/podolyak", "Mykhailo Podolyak", "Подоляк"),
    "Андрій Сибіга": ("actor/sybiha", "Andrii Sybiha", "Сибіг"),
    "Ростислав Шурма": ("actor/shurma", "Rostyslav Shurma", "Шурм"),
    "Андрій Смирнов": ("actor/andrii-smyrnov", "Andrii Smyrnov", "Смирнов"),
    "Дмитро Кулеба": ("actor/kuleba", "Dmytro Kuleba", "Кулеб"),
    "Сергій Лещенко": ("actor/leshchenko", "Serhii Leshchenko", "Лещенк"),
    "Дарія Зарівна": ("actor/zarivna", "Dariia Zarivna", "Зарівн"),
    "Юлія Свириденко": ("actor/svyrydenko", "Yuliia Svyrydenko", "Свириденк"),
    "Борис Джонсон": ("actor/boris-johnson", "Boris Johnson", "Джонсон"),
    "Михайло Федоров": ("actor/fedorov", "Mykhailo Fedorov", "Федоров"),
    "Олексій Рєзніков": ("actor/reznikov", "Oleksii Reznikov", "Рєзніков"),
}
"""The speakers that the data set names: their IRIs, English names, and how their surnames begin in every case."""

_FORMS: Final = {"Києва": "Київ", "Волноваху": "Волноваха", "Ірпень": "Ірпінь", "Макаров": "Макарів"}
"""Names of places in another case or spelling than the rest of the data set has them."""
_APOSTROPHES: Final = re.compile("['’`]")
_LETTERS: Final = {
    **dict(zip("абвгґдезиіїйклмнопрстуфь", "abvhgdezyiiiklmnoprstuf_", strict=True)),
    **{
        "є": "ie",
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ю": "iu",
        "я": "ia",
        "ʼ": "_",
    },
}
_CYRILLIC: Final = re.compile("[а-яіїєґ]", re.IGNORECASE)
_LATIN: Final = re.compile("[a-z]", re.IGNORECASE)
_OWN_VOICE: Final = re.compile(
    r"\b(?:я|мені|мене|ми|нам|нас|мій|моя|моє|мої|наш\w*|хочу|дякую|вдячн\w+|I|we|us|my|our|thank)\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[.!?…]['\"»”)*]*(?=\s|$)")


@dataclass(frozen=True, slots=True)
class _Text:
    """A message in one language."""

    language: str
    headline: str
    text: str


def rows(paths: Sequence[Path]) -> Iterator[Row | Refusal]:
    """The rows of a file of messages, one JSON object a line."""
    for path in paths:
        yield from tables.jsonl_rows(path)


def records(found: Iterable[Row], around: Surroundings) -> Iterator[Record | Refusal]:
    """What the rows say: each a statement with a rendering in each language, and the texts."""
    yield _common(around.base)
    seen: dict[str, Row] = {}
    named: dict[str, set[str]] = defaultdict(set)
    for published in found:
        row = Row(published.file, published.line, _tidied(published.cells))
        problem = _problem(row.cells)
        key = str(row.cells.get("id"))
        if not problem and key in seen:
            problem = f"is a second row with the id {key!r}, and differs from the first (line {seen[key].line}): keep one"
            if row.says_as(seen[key], _READ):
                continue
        if problem:
            yield Refusal.of(row, problem)
            continue
        seen[key] = row
        texts, remarks = _texts(row.cells)
        url = web_address(row["url"]) if key in row["url"] else None
        if key not in row["url"]:
            remarks.append(
                f"the address {row['url']} is that of another video than its id {key!r}: it is left out"
            )
        elif url is None:
            remarks.append(f"the address {row['url']!r} is none of the web: it is left out")
        for remark in remarks:
            yield Remark.of(row, remark)
        for name in _topics(row.cells):
            named[f"topic/resistinua-{_latin(name)}"].add(name)
        for name in _places(row.cells):
            named[f"place/{_latin(name)}"].add(name)
        yield _speakers(row.cells, around.base)
        yield _message(row.cells, texts, url, around.base)
    yield _topics_and_places(named, around.base)


def _tidied(cells: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose names are spelt as one spells them: in one form of Unicode, with one blank between words."""
    tidied = dict(cells)
    for name in ("speaker", "topics", "cities"):
        if isinstance(names := cells.get(name), list):
            tidied[name] = [
                " ".join(unicodedata.normalize("NFC", one).split()) if isinstance(one, str) else one
                for one in names
            ]
    return tidied


def _problem(cells: Mapping[str, Any]) -> str:  # noqa: PLR0911  (one reason each)
    """Why a row cannot be understood; "" where it can."""
    for name, kind in (("id", str), ("date", str), ("url", str), ("speaker", list)):
        if not isinstance(cells.get(name), kind) or not cells[name]:
            return (
                f"{name!r} is {cells.get(name)!r}: it takes {'a list of names' if kind is list else 'a text'}"
            )
    try:
        datetime.fromisoformat(cells["date"])
    except ValueError:
        return f"'date' is {cells['date']!r}: it takes a moment such as 2022-05-17T23:48:46"
    for name in ("speaker", "topics", "cities"):
        names = cells.get(name) or []
        if not isinstance(names, list) or not all(isinstance(one, str) and one.strip() for one in names):
            return f"{name!r} is {str(names)[:80]!r}: it takes a list of names"
    unknown = [name for name in cells["speaker"] if name not in SPEAKERS]
    if unknown:
        return f"the speaker {unknown[0]!r} is not known to this importer"
    for language in LANGUAGES:
        text = cells.get(language)
        if text is not None and not (
            isinstance(text, dict)
            and all(isinstance(text.get(part), str) and text[part].strip() for part in ("name", "text"))
        ):
            return f"{language!r} has no name or no text"
    if not any(cells.get(language) for language in LANGUAGES):
        return "has a text in no language"
    title = (cells.get("uk") or cells["en"])["name"]
    named = [name for name, (_, _, stem) in SPEAKERS.items() if stem in title]
    if named and not set(named) & set(cells["speaker"]):
        return f"the speaker is {listed(cells['speaker'])}, and the title names {listed(named)}: who spoke is in doubt"
    return ""


def _texts(cells: Mapping[str, Any]) -> tuple[list[_Text], list[str]]:
    """The texts by the language they are in, the original first, and what a person may want to look at."""
    found: dict[str, _Text] = {}
    remarks = []
    for language in LANGUAGES:
        if cells.get(language):
            text, title = cells[language]["text"], cells[language]["name"].strip()
            written = "uk" if len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text)) else "en"
            if written != language:
                remarks.append(f"the text in {language!r} is written in {written!r}: it counts as that, once")
            if written not in found or written == language:
                found[written] = _Text(written, title, text)
    return [found[language] for language in LANGUAGES if language in found], remarks


# What the rows have in common


def _common(base: str) -> Record:
    made = Record("common", base, shared=True)
    made.describe(PUBLISHER, "Institution", label={"en": "Resist in UA"})
    made.describe(
        DATASET, "Dataset", publisher=PUBLISHER, url="https://github.com/Amice13/resistinua",
        label={"en": "Messages of Ukrainian officials in Ukrainian and English, 2022"},
    )  # fmt: skip
    return made


def _speakers(cells: Mapping[str, Any], base: str) -> Record:
    made = Record("common", base, shared=True)
    for name in cells["speaker"]:
        iri, english, _ = SPEAKERS[name]
        made.describe(iri, "Person", label={"en": english, "uk": name})
    if len(cells["speaker"]) > 1:
        english = listed([SPEAKERS[name][1] for name in sorted(cells["speaker"])])
        made.describe(
            _speaker(cells), "Group", label={"en": english, "uk": listed(sorted(cells["speaker"]), "та")}
        )
    return made


def _topics_and_places(named: Mapping[str, set[str]], base: str) -> Record:
    """Each under one name, though rows may spell it with other capitals or marks."""
    made = Record("common", base, shared=True)
    for iri, names in named.items():
        if iri.startswith("topic/"):
            made.describe(iri, "Topic", label={"uk": min(names)})
        else:
            place_names.describe(made, {"ukraine"})
            made.describe(iri, "Place", within="place/ukraine", label={"uk": min(names)})
    return made


def _speaker(cells: Mapping[str, Any]) -> str:
    names = [SPEAKERS[name][0] for name in sorted(cells["speaker"])]
    return (
        names[0]
        if len(names) == 1
        else "actor/" + "-and-".join(name.removeprefix("actor/") for name in names)
    )


def _topics(cells: Mapping[str, Any]) -> list[str]:
    """What a message is about. A few topics stand among the cities: a name with a word in small letters is none of a city."""
    return sorted(
        {*(cells.get("topics") or ()), *(name for name in cells.get("cities") or () if name in NOT_CITIES)}
    )


NOT_CITIES: Final = frozenset(
    {"Відбудова України", "Міжнародний трибунал", "Герої України", "Міжнародні санкції"}
)


def _places(cells: Mapping[str, Any]) -> list[str]:
    names = {_APOSTROPHES.sub("ʼ", name) for name in cells.get("cities") or () if name not in NOT_CITIES}
    return sorted({_FORMS.get(name, name) for name in names})


def _latin(name: str) -> str:
    """A Ukrainian name in Latin letters, as a part of an IRI; one without Ukrainian letters has no other's."""
    letters = _APOSTROPHES.sub("ʼ", name.lower())
    latin = "".join(_LETTERS.get(letter, letter) for letter in letters).replace("_", "")
    short = re.sub("[^a-z0-9]+", "-", latin).strip("-")
    if any(letter in _LETTERS for letter in letters):
        return short
    return f"{short}-{hashlib.sha256(name.encode()).hexdigest()[:6]}".strip("-")


# Messages


def _message(cells: Mapping[str, Any], texts: Sequence[_Text], url: str | None, base: str) -> Record:
    made = Record(cells["id"], base)
    # Ids tell capitals from small letters, names in the graph do not: so a hash.
    name = f"resistinua-{hashlib.sha256(cells['id'].encode()).hexdigest()[:10]}"
    renderings = [_rendering(made, cells, text, url, name) for text in texts]
    if len(renderings) > 1:
        made.describe(renderings[1], "Rendering", translates=renderings[0])
    made.describe(
        f"statement/{name}", "Statement", speaker=_speaker(cells), rendering=renderings,
        about=[f"topic/resistinua-{_latin(topic)}" for topic in _topics(cells)] + [f"place/{_latin(place)}" for place in _places(cells)],
        label={text.language: text.headline for text in texts},
    )  # fmt: skip
    return made


def _rendering(made: Record, cells: Mapping[str, Any], text: _Text, url: str | None, name: str) -> str:
    language, document = text.language, f"document/{name}-{text.language}"
    label = {language: text.headline}
    made.describe(document, "Document", publisher=PUBLISHER, language=language, label=label, url=url)
    version = made.describe(
        f"{document}/text", "DocumentVersion", versionOf=document, headline=label, published=datetime.fromisoformat(cells["date"]).date(), readAs="FullText",
        readIn=DATASET, rowKey=cells["id"], sha256=made.keep(text.text), characters=len(text.text), textLicence=LICENCE,
    )  # fmt: skip
    start, end = quoted(text.text)
    words = made.passage(version, text.text[start:end], start=start, end=end)
    mode = (
        "Partial"
        if text.text.lstrip()[0] in '«"“'
        else "Direct"
        if _OWN_VOICE.search(text.text)
        else "Indirect"
    )
    return made.describe(
        f"rendering/{name}-{language}", "Rendering", mode=mode, reportedIn=version, evidence=words,
        text={language: text.text[start:end].replace("**", "")},
    )  # fmt: skip


def quoted(text: str) -> tuple[int, int]:
    """Which part of a text is quoted: its first paragraph that is more than a greeting, in whole sentences, not too long."""
    spans = [(found.start(), found.end()) for found in re.finditer(r"\S[^\n]*", text)]
    start, end = next(
        (
            (start, end)
            for start, end in spans
            if not re.fullmatch(r"\*\*.*\*\*|[^.?]{,60}!", text[start:end].strip())
        ),
        spans[0],
    )
    if end - start > _QUOTED:
        ends = [found.end() for found in _SENTENCE.finditer(text, start, start + _QUOTED)]
        end = ends[-1] if ends else text.rfind(" ", start, start + _QUOTED)
    return start, start + len(text[start:end].rstrip())


IMPORTER: Final = Importer(
    name="resistinua",
    title="Messages of Ukrainian officials of 2022 in Ukrainian and English, with their texts",
    document=DATASET,
    publisher=PUBLISHER,
    homepage="https://github.com/Amice13/resistinua",
    licence=LICENCE,
    rights="In the public domain (CC0): the texts may be kept and passed on.",
    takes="messages as JSON Lines: id, date, speaker, url, topics, cities, uk, en",
    rows=rows,
    records=records,
    together=lambda _: lambda row: [str(row.cells.get("id"))],
)
