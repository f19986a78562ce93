"""The example queries."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.exports import serialization
from onrecord.graph.ledger import Answer, Ledger
from onrecord.graph.records.seeds import Seeds
from onrecord.graph.vocabulary.examples import examples
from onrecord.graph.vocabulary.ontology import labels_in

README = Path(__file__).resolve().parents[3] / "README.md"


def json_rows(answer: Answer) -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = json.loads(answer.read())["results"]["bindings"]
    return found


def test_every_example_has_a_title_and_gives_rows(seeded: Ledger) -> None:
    found = examples()
    assert len(found) >= 5
    assert len({example.title for example in found}) == len(found)
    for example in found:
        assert example.title
        assert example.title[0].isupper()
        answer = seeded.query(example.text)
        assert b"rec:claimant" in answer.read() if answer.kind == "graph" else json_rows(answer)


def test_no_example_gives_a_row_again_for_a_word_of_the_vocabulary_in_another_language(
    seeded: Ledger,
) -> None:
    words = {
        text for found in labels_in().values() for language in ("uk", "ru") for text in [found[language]]
    }
    for example in examples():
        answer = seeded.query(example.text)
        cells = [] if answer.kind == "graph" else [cell for row in json_rows(answer) for cell in row.values()]
        assert [
            cell for cell in cells if cell.get("xml:lang") in ("uk", "ru") and cell["value"] in words
        ] == [], example.title


@pytest.fixture(scope="module")
def nothing_stands(seeds: Seeds) -> tuple[ox.Store, ox.Store]:
    """The seeds as if every claim had been refuted, and what is current of them."""
    whole, current = ox.Store(), ox.Store()
    refuted = ox.NamedNode(terms.REC + "Refuted")
    for quad in seeds.quads:
        fallen = quad.predicate.value == terms.REC + "standing"
        whole.add(ox.Quad(quad.subject, quad.predicate, refuted, quad.graph_name) if fallen else quad)
    output = io.BytesIO()
    serialization.write(whole, output, "nquads", current=True)
    current.load(output.getvalue(), ox.RdfFormat.N_QUADS)
    return whole, current


def lines(store: ox.Store, text: str) -> list[str]:
    found = store.query(
        text, prefixes=dict(terms.PREFIXES), base_iri=terms.DEFAULT_BASE, use_default_graph_as_union=True
    )
    assert not isinstance(found, ox.QueryBoolean)
    return sorted(map(str, found))


def test_no_example_nor_any_query_of_the_readme_shows_what_no_longer_stands(
    nothing_stands: tuple[ox.Store, ox.Store],
) -> None:
    whole, current = nothing_stands
    texts = [example.text for example in examples()]
    texts += re.findall(r"```sparql\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(texts) >= 19
    for text in texts:
        assert lines(whole, text) == lines(current, text), text
