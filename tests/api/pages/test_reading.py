"""Labels in their reader's language on every kind of page, against the labels that the records and the vocabulary give."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onrecord.graph.disputes import rules
from onrecord.graph.relations.kinds import kinds
from onrecord.graph.vocabulary import ontology

KYIV = "/event/2025-08-28-strike-on-kyiv.html"
UKRAINE = "/event/2025-08-28-strike-on-ukraine.html"
PESKOV = {"en": "Dmitry Peskov", "uk": "Дмитро Пєсков", "ru": "Дмитрий Песков"}
PLACE = {"en": "Kyiv", "uk": "Київ", "ru": "Киев"}
DRONE = {"en": "Drone", "uk": "Дрон", "ru": "Дрон"}
KILLED = {"en": "Killed", "uk": "Загиблі", "ru": "Погибшие"}
LAUNCHED = {"en": "launched", "uk": "запущено", "ru": "запущено"}
TRUMP = {"en": "Donald Trump", "uk": "Дональд Трамп", "ru": "Дональд Трамп"}
SUPERSEDED = {"en": "superseded", "uk": "замінене новішим", "ru": "заменено более новым"}
UKRAINIAN_SIDE = {"en": "Ukrainian side", "uk": "українська сторона", "ru": "украинская сторона"}
CAPITAL_SIDE = {language: text[0].upper() + text[1:] for language, text in UKRAINIAN_SIDE.items()}
RUSSIAN_SIDE = {"en": "Russian side", "uk": "Російська сторона", "ru": "Российская сторона"}
SPEAKER = {"en": "speaker", "uk": "мовець", "ru": "говорящий"}
PERSON = {"en": "person", "uk": "людина", "ru": "человек"}
DISLIKES = {"en": "dislikes", "uk": "має неприязнь до", "ru": "испытывает неприязнь к"}
HOLDER = {"en": "holder", "uk": "чиє ставлення або посада", "ru": "чьё отношение или должность"}
ACTOR = {"en": "actor", "uk": "дійова особа", "ru": "действующее лицо"}
REPORTED = {"en": "reported words of", "uk": "передає слова", "ru": "передаёт слова"}
RULE = {
    "en": "military against civilian targets",
    "uk": "військові цілі проти цивільних",
    "ru": "военные цели против гражданских",
}
# One of each kind of page that shows labels, with something that it names.
PAGES = [
    ("/", PESKOV),
    ("/actors", PESKOV),
    ("/actor/peskov.html", PESKOV),
    ("/place/kyiv.html", PLACE),
    ("/weapon/drone.html", DRONE),
    ("/events", PLACE),
    (KYIV, PLACE),
    (KYIV, KILLED),
    (UKRAINE, DRONE),
    (UKRAINE, LAUNCHED),
    ("/statements", PESKOV),
    ("/statement/peskov-2025-08-28-negotiations.html", PESKOV),
    ("/claims", PESKOV),
    ("/claim/peskov-2025-08-28-target.html", PESKOV),
    ("/disputes", PESKOV),
    ("/document/kyiv-independent-2025-08-28.html", PESKOV),
    ("/network?ego=peskov", PESKOV),
    ("/relation?a=actor/lavrov&b=actor/trump", TRUMP),
    ("/search?q=peskov", PESKOV),
    ("/search?q=peskov", RUSSIAN_SIDE),
    ("/search?q=peskov", ACTOR),
    ("/vocabulary/words", SUPERSEDED),
    ("/vocabulary/words", UKRAINIAN_SIDE),
    ("/vocabulary/words", DISLIKES),
    ("/vocabulary", SPEAKER),
    ("/vocabulary/speaker", SPEAKER),
    ("/network", CAPITAL_SIDE),
    ("/statements", RUSSIAN_SIDE),
    ("/actor/peskov.html", PERSON),
    ("/claim/trump-2025-08-25-dislike.html", DISLIKES),
    ("/tenure/peskov-press-secretary.html", HOLDER),
    ("/network?ego=peskov", REPORTED),
    ("/relation?a=actor/kyiv-independent&b=actor/lavrov", REPORTED),
    ("/actor/peskov.html", REPORTED),
    ("/disputes", RULE),
    ("/claim/peskov-2025-08-28-target.html", RULE),
    (KYIV, SUPERSEDED),
]

# The English labels of the words of lists (sides, standings, attitudes, measures …), of kinds of relation and of rules. Those of
# classes and properties are left out: pages have some of the same words as headings of their own, which are English.
LABELS = {
    *(ontology.labels_in()[word]["en"] for word in ontology.members()),
    *(kind.label for kind in kinds().values()),
    *(labels["en"] for labels in rules.labels().values()),
}


class Spoken(HTMLParser):
    """Each piece of a page's text with the language that its elements say it is in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pieces: list[tuple[str, str]] = []
        self._languages: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "link", "img", "br", "hr", "input"):
            return
        above = self._languages[-1] if self._languages else ""
        self._languages.append(dict(attrs).get("lang", above) or "")

    def handle_endtag(self, tag: str) -> None:
        assert tag
        self._languages.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.pieces.append((" ".join(data.split()), self._languages[-1]))


def get(client: FlaskClient, path: str, wanted: str | None) -> Spoken:
    return _read_out(client.application, path, wanted)


@cache
def _read_out(application: Flask, path: str, wanted: str | None) -> Spoken:
    """A page of this application. Many cases look at one page, and nothing here changes the graph."""
    headers = {"Accept": "text/html"} | ({} if wanted is None else {"Accept-Language": wanted})
    answer = application.test_client().get(path, headers=headers)
    assert answer.status_code == 200
    return Spoken(answer.text)


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
@pytest.mark.parametrize(("path", "label"), PAGES)
def test_a_page_shows_labels_in_its_readers_language_and_says_which_that_is(
    client: FlaskClient, path: str, label: dict[str, str], language: str
) -> None:
    pieces = get(client, path, language).pieces
    assert any(label[language] in text and spoken == language for text, spoken in pieces)
    # What is written in Cyrillic letters stands nowhere as English.
    assert [
        text for text, spoken in pieces if spoken == "en" and any("а" <= one <= "я" for one in text)
    ] == []


@pytest.mark.parametrize("language", ["uk", "ru"])
# A page that lists all that is said of a thing has its labels in every language.
@pytest.mark.parametrize("path", sorted({path for path, _ in PAGES} - {"/weapon/drone.html"}))
def test_no_word_that_has_a_label_in_the_readers_language_stands_by_itself_in_english(
    client: FlaskClient, path: str, language: str
) -> None:
    english = {text.casefold() for text in LABELS}
    found = [
        text
        for text, spoken in get(client, path, language).pieces
        if spoken == "en" and text.strip("→← ").casefold() in english
    ]
    assert found == []


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (None, "en"),
        ("fi", "en"),
        ("fi, ru;q=0.5", "ru"),
        ("uk-UA,uk;q=0.9,en;q=0.8", "uk"),
        ("ru;q=0.4, uk;q=0.6", "uk"),
        ("uk;q=0, ru", "ru"),
        ("*", "en"),
        ("UK", "uk"),
        ("nonsense;;q=x", "en"),
    ],
)
def test_the_language_is_the_best_that_there_is_of_those_preferred(
    client: FlaskClient, wanted: str | None, shown: str
) -> None:
    assert (PESKOV[shown], shown) in get(client, "/actor/peskov.html", wanted).pieces


def test_without_a_label_in_that_language_the_english_one_is_shown_as_english(client: FlaskClient) -> None:
    pieces = get(client, KYIV, "uk").pieces
    assert ("Missile and drone strike on Kyiv, night to 28 August 2025", "en") in pieces


@pytest.mark.parametrize(
    "path", ["/actor/peskov.html", "/network", "/network.json", "/search?q=a", "/api/search?q=a"]
)
def test_what_depends_on_the_language_says_so_and_has_a_tag_for_each(client: FlaskClient, path: str) -> None:
    tags = {}
    for language in ("en", "uk", "ru"):
        answer = client.get(path, headers={"Accept": "*/*", "Accept-Language": language})
        assert "Accept-Language" in answer.headers["Vary"]
        tags[language] = answer.headers["ETag"]
    assert len(set(tags.values())) == 3
    headers = {"Accept": "*/*", "If-None-Match": tags["uk"]}
    unchanged = client.get(path, headers=headers | {"Accept-Language": "uk-UA"})
    assert unchanged.status_code == 304
    assert "Accept-Language" in unchanged.headers["Vary"]
    assert client.get(path, headers=headers | {"Accept-Language": "ru"}).status_code == 200


def test_what_people_keep_as_a_file_is_the_same_for_all(client: FlaskClient) -> None:
    one, other = (
        client.get("/network.gexf?ego=peskov", headers={"Accept-Language": language})
        for language in ("en", "uk")
    )
    assert (one.data, one.headers["ETag"]) == (other.data, other.headers["ETag"])


def test_programs_get_the_reader_s_name_beside_the_english_one(client: FlaskClient) -> None:
    nodes = client.get("/network.json?ego=peskov", headers={"Accept-Language": "ru"}).json["nodes"]
    (peskov,) = (node for node in nodes if node["id"] == "actor/peskov")
    assert peskov["label"] == "Dmitry Peskov"
    assert peskov["own"] == {"text": "Дмитрий Песков", "language": "ru"}
    assert "own" not in client.get("/network.json?ego=peskov").json["nodes"][0]
