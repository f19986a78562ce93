"""The sides that somebody is on by posts: the same, however they are found among what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.harness.graphs.trig import ledger_of

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.things import sides
from onrecord.graph.questions.things.loader import Loader

BASE = terms.DEFAULT_BASE
POSTS = f"""
@base <{BASE}> . @prefix rec: <ns#> .
GRAPH <graph/x> {{
  <actor/ministry> a rec:Organization ; rec:side rec:Ukraine .
  <actor/office> a rec:Organization ; rec:unitOf <actor/department> .
  <actor/department> a rec:Organization ; rec:unitOf <actor/ministry> .
  <actor/other> a rec:Organization ; rec:side rec:Russia .
  <actor/neutral> a rec:Organization .
  <tenure/1> a rec:Tenure ; rec:holder <actor/one> ; rec:institution <actor/office> .
  <tenure/2> a rec:Tenure ; rec:holder <actor/both> ; rec:institution <actor/ministry> .
  <tenure/3> a rec:Tenure ; rec:holder <actor/both> ; rec:institution <actor/other> .
  <tenure/4> a rec:Tenure ; rec:holder <actor/none> ; rec:institution <actor/neutral> .
  <tenure/5> a rec:Tenure ; rec:holder <actor/not-asked> ; rec:institution <actor/other> .
  <claim/1> a rec:AttitudeClaim ; rec:holder <actor/one> ; rec:toward <actor/other> .
  <claim/2> a rec:AttitudeClaim ; rec:holder <actor/holds-views-only> ; rec:toward <actor/ministry> .
}}
"""
ASKED = ("one", "both", "none", "holds-views-only", "ministry", "unknown")
UKRAINE, RUSSIA = terms.REC + "Ukraine", terms.REC + "Russia"
SIDES = {BASE + "actor/one": {UKRAINE}, BASE + "actor/both": {UKRAINE, RUSSIA}}


class Asked:
    """A ledger that remembers what it was asked."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.titles: list[str] = []

    def rows(self, text: str, **more: object) -> list[dict[str, object]]:
        """As Ledger.rows."""
        self.titles.append(text.partition("\n")[0])
        return self._ledger.rows(text, **more)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("held", "listed", "by_lookup", "by_list"),
    [(500, 50_000, False, True), (500, 5, True, True)],
)
def test_posts_are_found_by_looking_each_up_and_in_a_list_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, listed: int, *, by_lookup: bool, by_list: bool
) -> None:
    monkeypatch.setattr(sides, "_MOST_LISTED", listed)
    with ledger_of(tmp_path, POSTS) as ledger:
        asked = Asked(ledger)
        assert sides.by_post(asked, [f"{BASE}actor/{name}" for name in ASKED], held) == SIDES  # type: ignore[arg-type]
    assert any("hold a post, or held one." in title for title in asked.titles) == by_lookup
    assert any("found in a list" in title for title in asked.titles) == by_list


def test_of_those_who_hold_little_names_come_with_what_posts_say_of_sides(tmp_path: Path) -> None:
    with ledger_of(tmp_path, POSTS) as ledger:
        asked = Asked(ledger)
        loader = Loader(asked)  # type: ignore[arg-type]
        loader.mention(f"{BASE}actor/{name}" for name in ASKED)
        found = {name: loader.name(f"{BASE}actor/{name}").side for name in ASKED}
        assert len(asked.titles) == 1
        assert sides.by_post(asked, SIDES, 499) == {}  # type: ignore[arg-type]
        assert len(asked.titles) == 1
    # On two sides is on neither.
    expected = {"one": UKRAINE, "ministry": UKRAINE}
    assert found == {name: expected.get(name) for name in ASKED}


def test_the_questions_bound_what_they_count_and_list_as_it_is_said_here() -> None:
    assert sides.question("names").count(f"LIMIT {sides._MANY} }}") == 2
    assert sides.question("institutions_of").count(f"LIMIT {sides._MOST_LISTED}") == 2
