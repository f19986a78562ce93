"""The example queries."""

from __future__ import annotations

import json

from onrecord.graph.ledger import Answer, Ledger
from onrecord.graph.vocabulary.examples import examples


def json_rows(answer: Answer) -> list[object]:
    found: list[object] = json.loads(answer.read())["results"]["bindings"]
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
