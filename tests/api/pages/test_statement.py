"""The page on a statement over the first day, and its citations."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from tests.harness.pages import Page

from onrecord.api import create_app
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import citations
from onrecord.graph.questions.citations import Citation
from onrecord.graph.settings import Settings

PESKOV = "/statement/peskov-2025-08-28-negotiations"
RUSSIAN = "Удары успешные, цели уничтожаются. Специальная военная операция продолжается"
ENGLISH = (
    "the Russian Armed Forces are successfully striking Ukraine's military infrastructure, "
    "but Russia remains interested in continuing negotiations"
)


def html(client: FlaskClient, path: str = f"{PESKOV}.html") -> str:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200
    return response.text


def text(part: str) -> str:
    return " ".join(Page(part).text.split())


def test_the_original_comes_first_in_its_language_and_its_translation_is_called_one(
    client: FlaskClient,
) -> None:
    page = html(client)
    lead = page[page.index('<div class="lead') : page.index("<h2>")]
    assert re.findall(r'<blockquote[^>]* lang="ru">(.*?)</blockquote>', lead) == [f"“{RUSSIAN}”"]
    shown = text(lead)
    assert "In Russian, the original, as Kommersant has it" in shown
    assert f"“{ENGLISH}” A translation into English, by Kyiv Independent, shortened" in shown


def test_wordings_follow_each_other_from_the_original_to_what_was_shortened(client: FlaskClient) -> None:
    page = html(client)
    worded = page[page.index("<h2>How sources worded it</h2>") : page.index("<h2>What it claims</h2>")]
    quoted = [quote[:20] for quote in re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", worded)]
    assert quoted == [
        f"“{RUSSIAN}"[:20],
        "“At the same time, R",
        "“the Russian Armed F",
        "“remains interested ",
    ]
    assert "a translation of the wording in Kommersant" in text(worded)
    assert "shortened from the wording in TimesLIVE" in text(worded)


def test_the_way_of_the_words_is_drawn_from_speaker_to_source(client: FlaskClient) -> None:
    chains = [
        [text(step) for step in re.findall(r"<li.*?</li>", chain, re.S)]
        for chain in re.findall(r'<ol class="chain">.*?</ol>', html(client), re.S)
    ]
    assert ["Dmitry Peskovsaid it", "Reuterspassed it on", "TimesLIVEprinted it, 28 August 2025"] in chains
    assert [
        "Dmitry Peskovsaid it",
        "Russian state mediapassed it on",
        "Kyiv Independentprinted it, 28 August 2025",
    ] in chains
    assert len(chains) == 4


def test_what_contradicts_it_stands_beside_it_with_the_reason(client: FlaskClient) -> None:
    page = text(html(client))
    assert (
        page.index("What contradicts it") < page.index("hit: residential building") < page.index("The way of")
    )
    assert (
        "They do not agree on what was hit: military infrastructure, it says here; residential building, says"
        in page
    )
    assert "residential buildings damaged" in page


def test_its_evidence_stands_in_order_with_the_way_to_the_words(client: FlaskClient) -> None:
    page = html(client)
    marked = re.findall(r"<mark>(.*?)</mark>", page)
    # Three passages of Kommersant, then five of the article, then two of TimesLIVE.
    assert len(marked) == len(set(marked)) == 10
    assert marked[3] == "remains interested in continuing negotiations"
    assert "#:~:text=Russian%20state%2Dcontrolled%20media%20reported" in page
    assert "76c3b9f73a13ef71c0a147e67288a37990ed16b92a7283e1a8093ea3c64d0419" in page


def test_peskovs_sentence_is_cited_with_the_version_of_the_graph(client: FlaskClient) -> None:
    response = client.get(f"{PESKOV}.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text == (
        f"Dmitry Peskov, “{RUSSIAN}”, 28 August 2025. As worded by Kommersant (https://www.kommersant.ru/doc/7991975). "
        "onrecord, version 1, https://w3id.org/onrecord/statement/peskov-2025-08-28-negotiations\n"
    )
    assert response.text.strip() in text(html(client))


def test_citation_managers_read_it(client: FlaskClient) -> None:
    (item,) = client.get(f"{PESKOV}.csl.json").get_json(force=True)
    assert item["author"] == [{"literal": "Dmitry Peskov"}]
    assert (item["title"], item["issued"]) == (RUSSIAN, {"date-parts": [[2025, 8, 28]]})
    assert (item["version"], item["URL"]) == ("1", f"https://w3id.org/onrecord{PESKOV}")
    ris = client.get(f"{PESKOV}.ris").text.split("\r\n")
    assert (ris[0], ris[1], ris[-2]) == ("TY  - GEN", "AU  - Dmitry Peskov", "ER  - ")
    assert "DA  - 2025/08/28/" in ris
    bib = client.get(f"{PESKOV}.bib")
    assert bib.content_type == "application/x-bibtex; charset=utf-8"
    assert bib.text.startswith("@misc{peskov-2025-08-28-negotiations,\n  author = {{Dmitry Peskov}},\n")
    assert "\n  year = {2025},\n  month = {8},\n  day = {28},\n" in bib.text


def test_a_statement_without_words_or_day_is_cited_by_its_name(client: FlaskClient) -> None:
    cited = client.get("/statement/zelensky-ready-to-meet.txt").text
    assert cited.startswith("Volodymyr Zelensky, ")
    assert "“" not in cited
    assert ", undated. As worded by Kyiv Independent" in cited
    assert "year" not in client.get("/statement/zelensky-ready-to-meet.bib").text


@pytest.mark.parametrize("suffix", ["bib", "csl.json", "ris", "txt"])
def test_of_what_there_is_not_there_is_no_citation(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/statement/peskof-2025-08-28-negotiations.{suffix}")
    assert response.status_code == 404
    assert "peskov-2025-08-28-negotiations" in str(response.get_json())


def test_hostile_words_stay_within_their_field() -> None:
    nasty = "}, url = {javascript:x} % \\ _ & $ # ~ ^\nER  - \nTY  - BOOK"
    one = Citation("a/b c", (nasty,), nasty, nasty, None, nasty, nasty, None, "https://x/y", 3)
    bib = citations.bibtex(one)
    assert bib.startswith("@misc{a-b-c,\n")
    bare = re.sub(r"\\[{}]", "", bib)
    assert bare.count("{") == bare.count("}")
    assert (
        r"\}, url = \{javascript:x\} \% \textbackslash{} \_ \& \$ \# \textasciitilde{} \textasciicircum{}"
        in bib
    )
    assert [line[:6] for line in citations.ris(one).split("\r\n")].count("ER  - ") == 1
    assert all(re.match(r"[A-Z]\w  - ", line) for line in citations.ris(one).split("\r\n") if line)


def test_a_hostile_statement_is_cited_in_every_format(hostile: Ledger) -> None:
    client = create_app(hostile, Settings()).test_client()
    for suffix in citations.FORMATS:
        response = client.get(f"/statement/s.{suffix}")
        assert response.status_code == 200
        assert response.headers["X-Content-Type-Options"] == "nosniff"
