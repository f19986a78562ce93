"""Massive Missile Attacks on Ukraine: what was launched and intercepted, by the word of Ukraine's Air Force and its commands.

A row is one weapon in one attack, as a post counted it. Rows of one post that overlap in time are one strike, with a part for each
row where there are several; the post is one statement, and each figure in it a claim. See docs/importing.md for the columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from onrecord.graph.importers import joins, tables
from onrecord.graph.importers.datasets.attacks import place_names, user_accounts, weapon_names
from onrecord.graph.importers.datasets.attacks.attack_rows import COLUMNS, Attack, hashed, moment, understand
from onrecord.graph.importers.datasets.attacks.posts import (
    ATTACKER,
    DOCUMENT,
    PUBLISHER,
    AttackPost,
    Night,
    nights,
)
from onrecord.graph.importers.model import (
    Importer,
    Record,
    Refusal,
    Remark,
    Row,
    Surroundings,
    web_address,
)

_COUNTRY: Final = "place/ukraine"


def rows(files: Sequence[Path]) -> Iterator[Row | Refusal]:
    """The rows of missile_attacks_daily.csv."""
    for path in files:
        yield from tables.csv_rows(path, COLUMNS)


def together(around: Surroundings) -> Callable[[Row], Iterator[str]]:
    """Rows of one post belong together, and those that may be of one strike that others describe."""
    strikes = joins.strikes(around, _COUNTRY, ATTACKER)

    def names(row: Row) -> Iterator[str]:
        yield f"post {row['source'].strip()}"
        with suppress(ValueError):
            begin, end = moment(row["time_start"])[0], moment(row["time_end"], end=True)[0]
            yield from (strike.iri for strike in strikes if begin <= strike.end and strike.begin <= end)

    return names


def records(rows_: Iterable[Row], around: Surroundings) -> Iterator[Record | Refusal]:
    """A record for each post. The rows of one post need not stand together, so all that were understood are held."""
    by_post: defaultdict[str, dict[str, Attack]] = defaultdict(dict)
    for row in rows_:
        for found in understand(row):
            if isinstance(found, Refusal):
                yield found
                continue
            first = by_post[row["source"].strip()].setdefault(found.key, found)
            if first is not found and first.meaning == found.meaning:
                yield Remark.of(row, f"is the row on line {first.row.line} again: it counts once")
            elif first is not found:
                yield Refusal.of(
                    row,
                    f"is of the same source, times, model and places as the row on line {first.row.line}, and differs from it: keep one",
                )
    table = _Table({source: tuple(attacks.values()) for source, attacks in by_post.items()}, around)
    yield table.shared()
    for source in sorted(by_post):
        yield from table.post(source)


class _Table:
    """All that was understood of the table, with what the graph has in common with it."""

    def __init__(self, by_post: Mapping[str, Sequence[Attack]], around: Surroundings) -> None:
        self._around = around
        self._nights = {source: nights(source, attacks) for source, attacks in by_post.items()}
        self._posts = joins.posts(around, DOCUMENT)
        # By the post and which of its nights: two may begin at one moment.
        self._joined: dict[tuple[str, int], joins.Strike] = {}
        self._doubts: defaultdict[str, list[Remark]] = defaultdict(list)
        self._join()
        self._counts = joins.counts(around, {strike.iri for strike in self._joined.values()})

    def _join(self) -> None:
        """Find for each attack on the whole country that the Air Force itself told of the strike that others describe."""
        strikes = joins.strikes(self._around, _COUNTRY, ATTACKER)
        apart = joins.apart(self._around)
        wanted: defaultdict[str, list[tuple[Night, int, joins.Strike]]] = defaultdict(list)
        for source, found in self._nights.items():
            for place, night in enumerate(found):
                if not night.national:
                    continue
                begin = min(attack.begin for attack in night.national)
                end = max(attack.end for attack in night.national)
                version = Record("", self._around.base).iri(self._version(source))
                open_ = [strike for strike in strikes if (version, strike.iri) not in apart]
                strike, doubtful = joins.fitting(open_, begin, end)
                if strike is not None:
                    wanted[strike.iri].append((night, place, strike))
                elif doubtful:
                    names = " or ".join(sorted(f"<{one.iri}>" for one in doubtful))
                    self._doubts[source].append(
                        Remark.of(night.attacks[0].row, f"may be of {names}, which is not sure: kept apart")
                    )
        for pairs in wanted.values():
            if len(pairs) == 1:
                night, place, strike = pairs[0]
                self._joined[night.source, place] = strike
            else:
                for night, _, strike in pairs:
                    self._doubts[night.source].append(
                        Remark.of(
                            night.attacks[0].row,
                            f"may be of <{strike.iri}>, as {len(pairs)} posts may: kept apart",
                        )
                    )

    def shared(self) -> Record:
        """The actors, places and weapons that the table names."""
        record = Record("actors, places and weapons", self._around.base, shared=True)
        attacks = [attack for found in self._nights.values() for night in found for attack in night.attacks]
        places = {place.slug for attack in attacks for place in (*attack.places, *attack.launched_from)}
        place_names.describe(record, places | {"ukraine", "russia"})
        weapon_names.describe(
            record, {slug for attack in attacks for slug in (*attack.weapons.types(), *attack.carriers)}
        )
        for slug, label in (("russia", "Russia"), ("ukraine", "Ukraine")):
            record.describe(f"actor/{slug}", "State", label={"en": label})
        # One actor may have accounts on several platforms.
        accounts = {user_accounts.ACCOUNTS["kpszsu/"]} | {
            account for source in self._nights if (account := user_accounts.find(source))
        }
        for account in accounts:
            record.describe(
                account.actor,
                account.kind,
                label={"en": account.label},
                unitOf=account.unit_of,
                side="UkrainianSide",
            )
        for name in sorted({account.platform for account in accounts}):
            record.describe(f"platform/{name}", "Platform", label={"en": name.capitalize()})
        record.describe(PUBLISHER, "Group", label={"en": "Maintainers of ua-air-defense-tracker"})
        record.describe(
            DOCUMENT, "Dataset", label={"en": IMPORTER.title}, publisher=PUBLISHER, url=IMPORTER.homepage
        )
        if self._joined:
            joins.rule(record)
        return record

    def _version(self, source: str) -> str:
        held = self._posts.get(source)
        return (
            f"{held.document if held else f'document/missile-attacks-post-{hashed([source])}'}/imported-rows"
        )

    def post(self, source: str) -> Iterator[Record | Refusal]:
        """What the rows of one post say."""
        yield from self._doubts[source]
        held, found = self._posts.get(source), self._nights[source]
        post = AttackPost(self._around.base, source, self._version(source), held, self._counts)
        if held is None and post.given and not web_address(post.given):
            yield Remark.of(
                found[0].attacks[0].row, f"the address {post.given!r} is none of the web: it is left out"
            )
        yield post.record([(night, self._joined.get((source, place))) for place, night in enumerate(found)])


IMPORTER: Final = Importer(
    name="missile-attacks",
    title="Missiles and drones launched at Ukraine and intercepted, by the posts of its Air Force",
    document=DOCUMENT,
    publisher=PUBLISHER,
    homepage="https://github.com/yakzebude/ua-air-defense-tracker",
    licence=None,
    rights="No licence is stated. Figures and times alone were taken; do not pass the table on.",
    takes="missile_attacks_daily.csv",
    rows=rows,
    records=records,
    together=together,
)
