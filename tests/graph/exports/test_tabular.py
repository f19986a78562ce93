"""Tables of claims, statements and relations: what a store says, typed, and read back by other programs."""

from __future__ import annotations

import csv
import io
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pyoxigraph import RdfFormat, Store

from onrecord.graph import errors
from onrecord.graph.exports import tabular
from onrecord.graph.ledger import Ledger

REC = "https://w3id.org/onrecord/ns#"
C = "https://w3id.org/onrecord/claim/"
DATA = f"""
@prefix rec: <{REC}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix c: <{C}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix e: <http://example.org/> .
e:g {{
  c:a a rec:QuantityClaim ; rdfs:label "десять"@uk, "ten"@en ; rec:claimant e:x ; rec:measure rec:killed ;
    rec:atLeast 10 ; rec:atMost 12 ; rec:concerns e:strike, e:night ; rec:standing rec:Stands ;
    rec:asOfFrom "2025-08-28T08:00:00+03:00"^^xsd:dateTime ; rec:asOfUntil "2025-08-28T08:00:00"^^xsd:dateTime .
  c:b a rec:PropertyClaim ; rec:claimant e:x ; rec:standing rec:Refuted ; rec:value "a, \\"b\\"", "c"@en .
  c:c a rec:PropertyClaim ; rec:claimant e:y ; rec:standing rec:Contested ; rec:value "-0044-03-15"^^xsd:date .
  e:x rdfs:label "X, the first"@en .
  e:s a rec:Statement ; rdfs:label "said"@en ; rec:speaker e:x ; rec:saidOn "2025-08-28+03:00"^^xsd:date ;
    rec:asserts c:a, c:b ; rec:rendering e:r1, e:r2 .
  e:r1 rec:mode rec:quoted ; rec:text "слово"@uk ; rec:reportedIn e:v .
  e:r2 rec:mode rec:paraphrased .
  e:rel a rec:Relation ; rec:relationKind e:k ; rec:relationFrom e:x ; rec:relationTo e:y ; rec:relationCount 3 ;
    rec:firstOn "2025-08-01"^^xsd:date ; rec:relationRestsOn e:s, c:a .
}}
e:h {{ c:a a rec:QuantityClaim ; rec:concerns e:night . e:j rec:assesses c:a }}
"""


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    made.load(DATA.encode(), RdfFormat.TRIG)
    return made


def parquet(store: Store, table: str, **more: bool) -> list[dict[str, Any]]:
    output = io.BytesIO()
    tabular.write(store, output, table, "parquet", **more)
    found: list[dict[str, Any]] = pq.read_table(io.BytesIO(output.getvalue())).to_pylist()
    return found


def as_csv(store: Store, table: str, **more: bool) -> list[dict[str, str]]:
    output = io.BytesIO()
    tabular.write(store, output, table, "csv", **more)
    return list(csv.DictReader(io.StringIO(output.getvalue().decode(), newline="")))


def test_a_claim_is_a_row_with_typed_columns(store: Store) -> None:
    claim, other = parquet(store, "claims")
    assert (claim["claim"], claim["kind"], claim["label"]) == (C + "a", REC + "QuantityClaim", "ten")
    assert (claim["claimant"], claim["claimantName"]) == ("http://example.org/x", "X, the first")
    assert (claim["atLeast"], claim["atMost"], claim["estimate"]) == (10, 12, None)
    assert claim["concerns"] == ["http://example.org/night", "http://example.org/strike"]
    assert claim["asOfFrom"] == datetime(2025, 8, 28, 5, tzinfo=UTC)
    assert claim["asOfFromText"] == "2025-08-28T08:00:00+03:00"
    assert (claim["asOfUntil"], claim["asOfUntilText"]) == (None, "2025-08-28T08:00:00")
    assert (claim["statements"], claim["assessments"]) == (["http://example.org/s"], ["http://example.org/j"])
    assert claim["weapon"] == []
    assert (other["claim"], other["standing"], other["value"]) == (
        C + "c",
        REC + "Contested",
        ["-0044-03-15"],
    )


def test_what_fell_is_there_only_where_it_is_asked_for(store: Store) -> None:
    assert [row["claim"] for row in parquet(store, "claims", fallen=True)] == [C + "a", C + "b", C + "c"]
    assert parquet(store, "statements")[0]["claims"] == [C + "a"]
    assert parquet(store, "statements", fallen=True)[0]["claims"] == [C + "a", C + "b"]


def test_a_statement_has_a_place_for_each_rendering(store: Store) -> None:
    (statement,) = parquet(store, "statements")
    assert (statement["saidOn"], statement["saidOnText"]) == (date(2025, 8, 28), "2025-08-28+03:00")
    assert (statement["speaker"], statement["speakerName"]) == (["http://example.org/x"], "X, the first")
    assert statement["renderings"] == ["http://example.org/r1", "http://example.org/r2"]
    assert (statement["texts"], statement["languages"]) == (["слово", ""], ["uk", ""])
    assert statement["modes"] == [REC + "quoted", REC + "paraphrased"]
    assert statement["reportedIn"] == ["http://example.org/v", ""]


def test_a_relation_is_counted_and_dated(store: Store) -> None:
    (relation,) = parquet(store, "relations")
    assert (relation["from"], relation["to"], relation["count"]) == (
        "http://example.org/x",
        "http://example.org/y",
        3,
    )
    assert (relation["firstOn"], relation["lastOn"]) == (date(2025, 8, 1), None)
    assert relation["restsOn"] == ["http://example.org/s", C + "a"]


def test_csv_says_the_same(store: Store) -> None:
    a, b, c = as_csv(store, "claims", fallen=True)
    assert (a["atLeast"], a["estimate"], a["asOfFrom"]) == ("10", "", "2025-08-28T05:00:00+00:00")
    assert a["concerns"] == "http://example.org/night http://example.org/strike"
    assert a["claimantName"] == "X, the first"
    assert b["value"] == 'a, "b" | c'
    assert c["value"] == "-0044-03-15"
    assert as_csv(store, "statements")[0]["texts"] == "слово | "


def test_many_rows_are_written_in_groups(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "_GROUP", 2)
    output = io.BytesIO()
    tabular.write(store, output, "claims", "parquet", fallen=True)
    read = pq.ParquetFile(io.BytesIO(output.getvalue()))
    assert (read.num_row_groups, read.metadata.num_rows) == (2, 3)


@pytest.mark.parametrize("format_", tabular.FORMATS)
def test_no_rows_are_a_table_with_its_columns(format_: str) -> None:
    output = io.BytesIO()
    tabular.write(Store(), output, "claims", format_)
    if format_ == "csv":
        assert output.getvalue().decode().split(",")[:3] == ["claim", "kind", "label"]
    else:
        assert pq.read_table(io.BytesIO(output.getvalue())).num_rows == 0


def test_without_pyarrow_it_is_said_what_to_do(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(errors.NotInstalled, match=r"pip install 'onrecord\[parquet\]'"):
        tabular.write(store, io.BytesIO(), "claims", "parquet")
    assert as_csv(store, "claims")


def test_every_column_is_in_the_docs() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "exports.md").read_text()
    for name, columns in tabular.TABLES.items():
        part = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert [line.split("|")[1].strip(" `") for line in part.splitlines() if line.startswith("| `")] == [
            column.name for column in columns
        ]


@pytest.mark.slow
def test_the_tables_of_the_seeds_say_what_queries_do(seeded: Ledger, tmp_path: Path) -> None:
    count = "SELECT (COUNT(DISTINCT ?c) AS ?n) (SUM(?k) AS ?sum) WHERE { ?c a ?kind . ?kind rdfs:subClassOf* rec:Claim "
    for fallen, standing in (
        (True, ""),
        (False, "?c rec:standing ?s FILTER (?s IN (rec:Stands, rec:Contested))"),
    ):
        (row,) = seeded.rows(f"{count} . {standing} }}")
        path = tmp_path / "claims.parquet"
        path.write_bytes(seeded.table("claims", "parquet", fallen=fallen).read())
        frame = pd.read_parquet(path)
        assert len(frame) == int(row["n"].value) == frame.claim.nunique()
        killed = frame[frame.measure == REC + "killed"].atLeast.sum()
        asked = f"SELECT (SUM(?n) AS ?sum) WHERE {{ SELECT DISTINCT ?c ?n WHERE {{ ?c rec:measure rec:killed ; rec:atLeast ?n . {standing} }} }}"
        assert int(killed) == int(seeded.rows(asked)[0]["sum"].value)
    relations = pd.read_csv(io.BytesIO(seeded.table("relations", "csv").read()))
    (row,) = seeded.rows(
        "SELECT (COUNT(DISTINCT ?r) AS ?n) (SUM(?k) AS ?sum) { ?r a rec:Relation ; rec:relationCount ?k }"
    )
    assert (len(relations), relations["count"].sum()) == (int(row["n"].value), int(row["sum"].value))
    statements = seeded.table("statements", "csv").read().decode()
    (row,) = seeded.rows("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a rec:Statement }")
    assert len(list(csv.DictReader(io.StringIO(statements, newline="")))) == int(row["n"].value)
