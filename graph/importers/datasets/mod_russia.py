"""Posts of the Russian Ministry of Defence on Telegram, as statements: what it says was shot down, when, and over which regions.

The table cuts the text after 400 characters. What is quoted ends before the cut, at a whole word; what came after it is not known.
Counts are read from the words: the table's own column drone_count holds the first figure of the text, which is often a part.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Final

from onrecord.graph.importers import joins, tables
from onrecord.graph.importers.datasets.attacks import place_names
from onrecord.graph.importers.model import Importer, Record, Refusal, Remark, Row, Surroundings
from onrecord.graph.text import phrases

DOCUMENT: Final = "document/mod-russia-posts"
_SPEAKER: Final = "actor/russian-mod"
_PUBLISHER: Final = "actor/drone-weather-analysis"
_COLUMNS: Final = ("datetime", "oblasts", "text_snippet")
_CUT: Final = 400
_MINUTE: Final = "%Y-%m-%d %H:%M"
_MOSCOW: Final = timezone(timedelta(hours=3))
_FOOTER: Final = re.compile(r"\s*🔹\s*(\[Подписа.*)?\Z", re.DOTALL)
_MARKS: Final = re.compile(r"\*\*|__")
_CLOCK: Final = r"(?:(\d{1,2})[.:](\d\d)|полуно\w+)(?:\s+мск)?(?:\s+(\d{1,2})\s+([а-я]+))?"
_MONTHS: Final = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()  # noqa: SIM905
_FROM_TO: Final = re.compile(rf"\b[СсCc]\s+{_CLOCK}\s+до\s+{_CLOCK}")
_ABOUT: Final = re.compile(rf"\b[Оо]коло\s+{_CLOCK}")
_LAST_NIGHT: Final = re.compile(r"\b(?:прошедшей|минувшей)\s+ноч", re.IGNORECASE)
_ONES: Final[Mapping[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "один одного", "два двух две", "три трех трёх", "четыре четырех четырёх", "пять пяти", "шесть шести", "семь семи", "восемь восьми",
            "девять девяти", "десять десяти", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать",
            "восемнадцать", "девятнадцать",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_TENS: Final[Mapping[str, int]] = {
    word: 10 * place
    for place, word in enumerate("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split(), 2)  # noqa: SIM905
}  # fmt: skip
_TO_99: Final[Mapping[str, int]] = {
    **_ONES,
    **_TENS,
    **{f"{ten} {one}": _TENS[ten] + _ONES[one] for ten in _TENS for one in _ONES if _ONES[one] < 10},
}
_NUMBERS: Final[Mapping[str, int]] = {
    **_TO_99,
    "сто": 100,
    **{f"сто {rest}": 100 + number for rest, number in _TO_99.items()},
}
_DIGITS: Final = 6
"""A number of drones with so many digits is none."""
_DOWNED: Final = r"\b(?:уничтожен|перехвачен|сбит)\w*"
_SHOT_DOWN: Final = re.compile(
    rf"(?<!\bне )(?<!\bне были ){_DOWNED}(?:\s+и\s+{_DOWNED})?\s+(\d+|[а-яё]+(?:\s+[а-яё]+){{0,2}})\s+украинск\w+\s+беспилотн\w+",
    re.IGNORECASE,
)
_SO_FAR: Final = re.compile(r"\bс начала\b[^.!?]*\Z", re.IGNORECASE)
_TELLS_OF_DRONES: Final = re.compile(rf"{_DOWNED}[^.!?]*\bукраинск\w+\s+(?:беспилотн|БПЛА)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """When something was, by the words of a post."""

    begin: datetime
    end: datetime
    precision: str
    about: bool = False


def rows(files: Sequence[Path]) -> Iterator[Row | Refusal]:
    """The rows of mod_russia_….csv."""
    for path in files:
        yield from tables.csv_rows(path, _COLUMNS)


def quoted(snippet: str) -> str:
    """What of a snippet may be quoted: without the channel's footer, and, where the table cut it, up to the last whole word."""
    text = snippet if len(snippet) < _CUT else snippet[:_CUT].rpartition(" ")[0]
    return _FOOTER.sub("", text).strip()


def plain(text: str) -> str:
    """A text without its marks for bold and italics, on one line."""
    return " ".join(_MARKS.sub("", text).split())


def shot_down(text: str) -> int | None:
    """How many drones a plain text says were shot down in all; None where it says none, or in words that are not known."""
    # What was shot down since the war began is no count of one night.
    each = _SHOT_DOWN.finditer(text)
    found = next((one for one in each if not _SO_FAR.search(text, 0, one.start())), None)
    if found is None:
        return None
    if found[1].isdigit():
        return int(found[1]) if len(found[1]) < _DIGITS else None
    return _NUMBERS.get(found[1].lower())


def span(text: str, said: datetime) -> TimeSpan | None:
    """When that was: the last time before the post at which the clock in Moscow showed what the text says; None where it says nothing."""
    local = said.astimezone(_MOSCOW)
    if found := _FROM_TO.search(text):
        end = _last(found.groups()[4:], local)
        begin = end and _last(found.groups()[:4], end)
        return TimeSpan(begin, end, "Minute") if begin and end else None
    if found := _ABOUT.search(text):
        moment = _last(found.groups(), local)
        return TimeSpan(moment, moment, "Hour", about=True) if moment else None
    if _LAST_NIGHT.search(text):
        noon = datetime.combine(local.date() - timedelta(days=1), time(12), _MOSCOW)
        return TimeSpan(noon, min(local, noon + timedelta(days=1)), "Night")
    return None


def _last(said: Sequence[str | None], before: datetime) -> datetime | None:
    """The last moment that is not after another at which a clock shows this hour and minute (none: midnight).

    None where no clock shows that, or where the day and the month that are named beside it are those of another moment.
    """
    hour, minute = int(said[0] or 0), int(said[1] or 0)
    if hour * 60 + minute > 24 * 60 or minute > 59:
        return None
    moment = datetime.combine(before.date(), time(hour % 24, minute), _MOSCOW)
    moment = moment if moment <= before else moment - timedelta(days=1)
    days = [moment.date()]
    if moment.time() == time(0):  # of which of two days midnight is, words leave open
        days.append(moment.date() - timedelta(days=1))
    named = said[3] in _MONTHS
    return (
        None
        if named and (said[2], said[3]) not in {(str(day.day), _MONTHS[day.month - 1]) for day in days}
        else moment
    )


def places(oblasts: str) -> tuple[list[str], list[str]]:
    """The slugs of the places in the column `oblasts`, and the names that are not known."""
    found, unknown = [], []
    for name in map(tables.filled, oblasts.split("|")):
        named = next(
            (named for one in (f"{name} oblast", f"{name} krai", name) if (named := place_names.find(one))),
            None,
        )
        if named:
            found += [place.slug for place in named]
        elif name not in ("", "unknown"):
            unknown.append(name)
    return found, unknown


def _said_at(text: str) -> datetime | None:
    """The minute of a post, in UTC; None where the cell is none, or is of another time zone."""
    try:
        said = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    exact = said.second == said.microsecond == 0 and re.match(r"\d{4}-\d\d-\d\d[ T]\d", text.strip())
    return said.replace(tzinfo=UTC) if exact and not said.utcoffset() else None


def records(rows_: Iterable[Row], around: Surroundings) -> Iterator[Record | Refusal]:
    """A record for each post."""
    held = joins.posts(around, DOCUMENT)
    seen: dict[str, Row] = {}
    used: set[str] = {"russia"}
    for row in rows_:
        said = _said_at(row["datetime"])
        if said is None:
            yield Refusal.of(
                row, f"datetime is {row['datetime']!r}, not a time in UTC such as 2025-08-28 09:21"
            )
            continue
        key = f"{said:{_MINUTE}}"
        text = quoted(row["text_snippet"])
        if not plain(text):
            yield Refusal.of(row, "has no text, so there is nothing that was said")
        elif key in seen:
            if not row.says_as(seen[key], ("oblasts", "text_snippet")):
                yield Refusal.of(
                    row,
                    f"has the same time as the row on line {seen[key].line}, and nothing else tells the posts apart",
                )
        else:
            seen[key] = row
            regions, unknown = places(row["oblasts"])
            yield from (
                Remark.of(row, f"oblasts names {name!r}, which is no place that is known; it is left out")
                for name in unknown
            )
            words = unicodedata.normalize("NFC", plain(text))
            count, when = shot_down(words), span(words, said)
            if _TELLS_OF_DRONES.search(words) and (count is None or when is None):
                yield Remark.of(
                    row, "says that drones were shot down, but how many or when is not understood: no claim"
                )
            post = _Post(around.base, row, said, held.get(key))
            if count is not None and when is not None:
                used.update(regions)
                post.count(count, when, regions)
            yield post.record()
    yield _shared(around.base, used)


def _shared(base: str, slugs: set[str]) -> Record:
    record = Record("actors and places", base, shared=True)
    place_names.describe(record, slugs)
    for slug, label in (("russia", "Russia"), ("ukraine", "Ukraine")):
        record.describe(f"actor/{slug}", "State", label={"en": label})
    record.describe(
        _SPEAKER,
        "GovernmentBody",
        label={"en": "Russian Ministry of Defence"},
        unitOf="actor/russia",
        side="RussianSide",
    )
    record.describe(_PUBLISHER, "Group", label={"en": "Maintainers of ukraine-drone-weather-analysis"})
    record.describe("platform/telegram", "Platform", label={"en": "Telegram"})
    record.describe("weapon/drone", "WeaponType", label={"en": "Drone"}, category="drone")
    record.describe(
        DOCUMENT, "Dataset", label={"en": IMPORTER.title}, publisher=_PUBLISHER, url=IMPORTER.homepage
    )
    return record


class _Post:
    """One post on its way into a record."""

    def __init__(self, base: str, row: Row, said: datetime, held: joins.KnownPost | None) -> None:
        self._row = row
        self._said = said
        self._held = held
        self._key = f"{said:{_MINUTE}}"
        self._out = Record(self._key, base)
        self._name = f"mod-russia-{said:%Y-%m-%d-%H%M}"
        self._document = held.document if held else f"document/{self._name}"
        self._version = f"{self._document}/imported-row"
        self._text = quoted(row["text_snippet"])
        self._evidence = self._out.passage(self._version, self._text)
        self._claims: list[str] = []
        self._events: list[str] = []

    def count(self, number: int, when: TimeSpan, regions: Sequence[str]) -> None:
        """State that the post says that so many drones were shot down, over these regions."""
        when_words = phrases.span(when.begin.isoformat(), when.end.isoformat(), when.precision)
        event = self._out.describe(
            f"event/{self._name}",
            "Strike",
            label={"en": f"Drones over Russia and Crimea, {when_words}"},
            begin=when.begin,
            end=when.end,
            datePrecision=when.precision,
            place=[f"place/{slug}" for slug in regions] or "place/russia",
            allegedBy=_SPEAKER,
            weapon="weapon/drone",
            note={"en": "The post says “about” of the time."} if when.about else None,
        )
        self._events.append(event)
        self._claims.append(
            self._out.describe(
                f"claim/{self._name}-intercepted",
                "QuantityClaim",
                label={"en": f"{number} Ukrainian drones shot down, {when_words}"},
                claimant=_SPEAKER,
                stance="Asserts",
                concerns=event,
                measure="intercepted",
                atLeast=number,
                atMost=number,
                weapon="weapon/drone",
                ofParty="actor/ukraine",
                evidence=self._evidence,
            )
        )

    def record(self) -> Record:
        """The document, its version, the statement and its words."""
        day = phrases.day(self._said.date().isoformat())
        label = f"Russian Ministry of Defence on Telegram, {day}, {self._said:%H:%M} UTC"
        if self._held is None:
            self._out.describe(
                self._document,
                "Document",
                label={"en": label},
                publisher=_SPEAKER,
                language="ru",
                url="https://t.me/mod_russia",
                note={"en": "The address is that of the channel; the table does not give that of the post."},
            )
        cut = len(self._row["text_snippet"]) >= _CUT
        self._out.describe(
            self._version,
            "DocumentVersion",
            label={"en": f"{label}, as a row of a data set"},
            versionOf=self._document,
            published=self._said.date(),
            publishedAt=self._said,
            readAs="TableRow",
            readIn=DOCUMENT,
            rowKey=self._key,
            note={
                "en": f"The table breaks the text off after {_CUT} characters; what came after is not known."
            }
            if cut
            else None,
        )
        rendering = self._out.describe(
            f"rendering/{self._name}",
            "Rendering",
            mode="Direct",
            text={"ru": plain(self._text)},
            reportedIn=self._version,
            channel="platform/telegram",
            evidence=self._evidence,
        )
        known = self._held is not None and self._held.statement is not None
        self._out.describe(
            self._held.statement
            if self._held is not None and self._held.statement is not None
            else f"statement/{self._name}",
            "Statement",
            label=None if known else {"en": label},
            speaker=_SPEAKER,
            saidOn=None if known else self._said.date(),
            saidAt=None if known else self._said,
            about=self._events,
            rendering=rendering,
            asserts=self._claims,
        )
        return self._out


IMPORTER: Final = Importer(
    name="mod-russia",
    title="Posts of the Russian Ministry of Defence on Telegram",
    document=DOCUMENT,
    publisher=_PUBLISHER,
    homepage="https://github.com/Androm2018/ukraine-drone-weather-analysis",
    licence=None,
    rights="No licence is stated, and the posts are the ministry's: quote briefly, and do not pass the table on.",
    takes="mod_russia_….csv with the columns datetime (UTC), oblasts and text_snippet",
    rows=rows,
    records=records,
    together=lambda _: lambda row: [str(_said_at(row["datetime"]))],
)
