"""Names in other spellings and scripts are found; names of others are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph import terms
from onrecord.graph.records.seeds import load_all, read_seeds
from onrecord.graph.records.yaml_reader import RecordError
from onrecord.graph.search.names import Names

REFERENCE = Path(__file__).resolve().parents[3] / "seeds" / "reference"


@pytest.fixture(scope="module")
def names() -> Names:
    files = [REFERENCE / f"{name}.yaml" for name in ("actors", "places", "weapons")]
    records, problems = load_all(files, terms.DEFAULT_BASE)
    assert problems == []
    return Names(quad for record in records for quad in record.quads)


@pytest.mark.parametrize(
    ("name", "things", "reason"),
    [
        ("Zelenskyi", ["actor/zelensky"], "a part of the name"),
        ("Зеленський", ["actor/zelensky"], "a part of the name"),
        ("Зеленский", ["actor/zelensky"], "a part of the name"),
        ("Selenskyj", ["actor/zelensky"], "spelt alike"),
        ("X-47 Kinzhal", ["weapon/kh-47-kinzhal"], "the same in Latin letters"),
        ("Kh-47M2", ["weapon/kh-47-kinzhal"], "a part of the name"),
        ("Х-101", ["weapon/kh-101"], "the same name"),
        ("kh101", ["weapon/kh-101"], "the same in Latin letters"),
        ("Dmitrii Peskov", ["actor/peskov"], "the same in Latin letters"),
        ("Pjeskow", ["actor/peskov"], "spelt alike"),
        ("Poutine", ["actor/putin"], "spelt alike"),
        ("Kyjiw", ["place/kyiv"], "the same in Latin letters"),
        ("В. Зеленський", ["actor/zelensky"], "a part of the name, with initials"),
        ("V. O. Zelensky", ["actor/zelensky"], "a part of the name, with initials"),
        ("Лавров С.", ["actor/lavrov"], "a part of the name, with initials"),
        ("D.J. Trump", ["actor/trump"], "a part of the name, with initials"),
        ("President Zelensky", ["actor/zelensky"], "a part of the name, with a title"),
        ("Міністр Лавров", ["actor/lavrov"], "a part of the name, with a title"),
        ("Зеленського", ["actor/zelensky"], "spelt alike"),
        ("Зеленському", ["actor/zelensky"], "spelt alike"),
        ("Путіну", ["actor/putin"], "spelt alike"),
        ("Лаврова", ["actor/lavrov"], "spelt alike"),
        ("Zełenski", ["actor/zelensky"], "a part of the name"),
        ("Kh‑101", ["weapon/kh-101"], "the same in Latin letters"),
        ("КН-23", ["weapon/kn-23"], "the same in Latin letters"),
        ("Киеве", ["place/kyiv"], "the same in Latin letters"),
        ("Ukraine", ["actor/ukraine", "place/ukraine"], "the same name"),
    ],
)
def test_a_name_is_found_with_the_reason(names: Names, name: str, things: list[str], reason: str) -> None:
    found = names.resolve(name)
    assert [match.iri.removeprefix(terms.DEFAULT_BASE) for match in found] == things
    assert {match.reason for match in found} == {reason}


@pytest.mark.parametrize(
    "name",
    [
        "UNN",
        "Nobody",
        "Kh-48",
        "KN-24",
        "the",
        "Peter Rutherford",
        "Х-22",
        "",
        "?",
        "Moskva",
        "A. Putin",
        "М. Зеленський",
        "V.",
        "Lviv",
        "Macron",
        "Kh-102",
        "Kyivstar",
        "Minister Müller",
    ],
)
def test_what_is_like_no_name_is_not_found(names: Names, name: str) -> None:
    assert names.resolve(name) == []


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        ("actor/zelenskyi", "did you mean https://w3id.org/onrecord/actor/zelensky?"),
        ("actor/dmitri-peskow", "did you mean https://w3id.org/onrecord/actor/peskov?"),
        ("actor/pesko", "did you mean https://w3id.org/onrecord/actor/peskov?"),
        ("actor/unn", ": describe it, in a reference file or in this record"),
        ("place/zelensky", ": describe it, in a reference file or in this record"),
    ],
)
def test_an_unknown_actor_is_suggested_only_where_alike(tmp_path: Path, unknown: str, said: str) -> None:
    (tmp_path / "reference").mkdir()
    for path in REFERENCE.glob("*.yaml"):
        (tmp_path / "reference" / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "reference" / "more.yaml").write_text(
        f"id: graph/reference\nplaces:\n  - {{id: place/x, label: {{en: X}}, within: {unknown}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(RecordError) as refused:
        read_seeds(directory=tmp_path)
    (problem,) = refused.value.problems
    assert problem.message.endswith(said)
