"""The first day against the tables it was read from: every row is there, says what the row says, and no more."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.records.seeds import Seeds

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT.parent / "shared" / "cases"
DATA = ROOT.parent / "shared" / "data"
REC, BASE = terms.REC, terms.DEFAULT_BASE
SPEAKERS = {  # as the column attributed_to has them
    "Ihor Klymenko (Interior Minister)": "klymenko",
    "local authorities": "kyiv-authorities",
    "city officials": "kyiv-authorities",
    "Ukrainian officials": "ukrainian-officials",
    "officials": "unnamed-officials",
    "authorities": "unnamed-officials",
    "(not attributed)": "kyiv-independent",
    "Tymur Tkachenko": "tkachenko",
    "DSNS (State Emergency Service)": "state-emergency-service",
    "Kyiv City Prosecutor's Office": "kyiv-prosecutors-office",
}


@pytest.fixture(scope="module")
def store(seeds: Seeds) -> ox.Store:
    made = ox.Store()
    made.extend(seeds.quads)
    return made


def lines(path: Path) -> list[str]:
    if not path.exists():
        pytest.skip(f"{path.name} lies in ../shared, which is absent here")
    return path.read_text(encoding="utf-8").splitlines()


def rows(store: ox.Store, query: str) -> list[dict[str, str]]:
    found = store.query(query, prefixes=dict(terms.PREFIXES), base_iri=BASE, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [
        {name: row[name].value.removeprefix(REC).removeprefix(BASE) for name in names if row[name]}
        for row in found
    ]


def test_each_of_the_17_reports_is_there_with_its_figures_and_on_whose_word(store: ox.Store) -> None:
    reports = list(csv.DictReader(lines(CASES / "toll_by_report.csv")))
    assert len(reports) == 17
    for report in reports:
        claims = rows(
            store,
            f"""SELECT DISTINCT ?measure ?least ?most ?who ?scope ?day WHERE {{
              {{ ?version rec:versionOf/rec:url ?url }} UNION {{ ?version rec:url ?url }}
              FILTER(STR(?url) = "{report["url"]}")
              ?claim rec:evidence/rec:ofVersion ?version ; rec:concerns <event/2025-08-28-strike-on-kyiv> ;
                     rec:measure ?measure ; rec:claimant ?who ; rec:atLeast ?least ; rec:scope ?scope .
              OPTIONAL {{ ?claim rec:atMost ?most }} OPTIONAL {{ ?version rec:published ?day }}
            }}""",
        )
        kyiv = [claim for claim in claims if claim["scope"] == "place/kyiv"]
        (killed,) = (claim for claim in kyiv if claim["measure"] == "killed")
        children = [claim["least"] for claim in kyiv if claim["measure"] == "killedChildren"]
        exact = not report["qualifier"].startswith("at least")
        assert killed["least"] == report["killed"]
        assert killed.get("most") == (report["killed"] if exact else None)
        assert killed["who"] == f"actor/{SPEAKERS[report['attributed_to'].partition(';')[0]]}"
        assert children == ([report["children_killed"]] if report["children_killed"] else [])
        assert killed.get("day") == (report["published"] if "/" not in report["published"] else None)


def test_words_of_a_table_are_those_of_one_of_its_rows(store: ox.Store) -> None:
    quoted = rows(
        store,
        "SELECT ?table ?key ?words WHERE { ?e rec:ofVersion ?v ; rec:exact ?words . ?v rec:readIn ?table ; rec:rowKey ?key }",
    )
    texts = {
        "document/tolls-by-report-2025-08-28": lines(CASES / "toll_by_report.csv"),
        "document/statements-2025-08-28": [
            " ".join(str(value) for value in json.loads(line).values())
            for line in lines(CASES / "statements.jsonl")
        ],
        "document/missile-attacks-daily": lines(DATA / "missile_attacks_daily.csv"),
        "document/mod-russia-posts": [line.replace("**", "") for line in lines(DATA / "mod_russia_2025-08-27_29.csv")],
    }  # fmt: skip
    tables: dict[tuple[str, str], set[str]] = {}
    for row in quoted:
        tables.setdefault((row["key"], row["words"]), set()).add(row["table"])
    assert len(tables) > 40
    for (key, words), names in tables.items():
        found = [line for name in names for line in texts[name] if key in line and words in line]
        assert found or any(words in line for name in names for line in texts[name]), (key, words)


def test_the_ministry_is_quoted_briefly_and_no_further_than_the_cut(store: ox.Store) -> None:
    quoted = rows(
        store,
        "SELECT ?words WHERE { ?e rec:ofVersion <document/russian-mod-2025-08-28/table-row> ; rec:exact ?words }",
    )
    assert quoted
    (post,) = (line for line in lines(DATA / "mod_russia_2025-08-27_29.csv") if "2025-08-28 09:21" in line)
    for row in quoted:
        assert row["words"] in post.replace("**", "")
        assert len(row["words"]) < 100


def test_what_was_not_read_in_full_has_neither_a_hash_nor_offsets(store: ox.Store) -> None:
    assert not rows(
        store,
        """SELECT ?v WHERE { ?v rec:readAs ?as FILTER(?as != rec:FullText)
             FILTER EXISTS { { ?v rec:sha256|rec:characters ?x } UNION { ?e rec:ofVersion ?v ; rec:start ?x } } }""",
    )


def test_a_relation_that_editors_state_stands_on_the_claims_too(store: ox.Store) -> None:
    stated = rows(
        store,
        "SELECT ?one ?relation ?other WHERE { ?r rdf:subject ?one ; rdf:predicate ?relation ; rdf:object ?other ; rec:assessedBy ?by }",
    )
    assert len(stated) == 7
    for row in stated:
        assert store.quads_for_pattern(
            ox.NamedNode(BASE + row["one"]),
            ox.NamedNode(REC + row["relation"]),
            ox.NamedNode(BASE + row["other"]),
            None,
        ).__next__()
