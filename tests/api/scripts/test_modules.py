"""What the pages' modules work out, asked of them without a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).resolve().parents[3] / "api" / "scripts"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="there is no node here (apt-get install nodejs)")


# One Node for all, since its start takes longer than what is asked of it. Each time the module is loaded anew (its
# imports are not): `?` and a number make it another one.
ASKED = """
import {createInterface} from "node:readline";
let number = 0;
for await (const line of createInterface({input: process.stdin})) {
  const {module, expression} = JSON.parse(line);
  let said;
  try {
    const it = await import(`${module}?${number++}`);
    said = {value: await new Function("it", `return (${expression})`)(it)};
  } catch (error) {
    said = {error: String(error?.stack ?? error)};
  }
  console.log(JSON.stringify(said));
}
"""


@cache
def node() -> subprocess.Popen[str]:
    """A process that works out what is asked on its standard input; it ends with this one, which closes that."""
    return subprocess.Popen(
        [NODE or "", "--input-type=module", "-e", ASKED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module", autouse=True)
def _node_ends() -> Iterator[None]:
    yield
    if node.cache_info().currsize:
        with node() as process:
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(60) == 0
        node.cache_clear()


def worked_out(module: str, expression: str) -> Any:
    """The value of an expression, as JSON, over all that a module exports."""
    process = node()
    assert process.stdin is not None
    assert process.stdout is not None
    asked = {"module": (SCRIPTS / module).as_uri(), "expression": expression}
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    said = json.loads(process.stdout.readline())
    assert "error" not in said, said["error"]
    return said["value"]


def test_triples_are_read_with_escapes_languages_datatypes_and_blank_nodes() -> None:
    lines = [
        '<http://x/a> <http://x/p> "a \\"quoted\\" \\\\ line\\nand \\u00e9 \\U0001F600"@en-GB .',
        '_:b1 <http://x/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        "_:b1 <http://x/\\u00e9> <http://x/b> .",
        "",
    ]
    found = worked_out("query/ntriples.js", f"it.triples({json.dumps(chr(10).join(lines))})")
    assert found[0][2] == {"type": "literal", "value": 'a "quoted" \\ line\nand é 😀', "language": "en-GB"}
    assert found[1][0] == {"type": "bnode", "value": "b1"}
    assert found[1][2]["datatype"].endswith("#integer")
    assert found[2][1] == {"type": "uri", "value": "http://x/é"}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("query", "view", "layer", "hide"),
    [
        ("#defaultView:Map\nASK {}", "Map", None, []),
        ('#defaultView:Map{"layer":"?kind","hide":"?x"}\nASK {}', "Map", "kind", ["x"]),
        ('# title\n  # defaultView:barchart {"hide":["?x","$y"]}\nASK {}', "BarChart", None, ["x", "y"]),
        ("#defaultView:AreaChart\nASK {}", "LineChart", None, []),
        ("#defaultView:TreeMap\nASK {}", None, None, []),
        ("#defaultView:Map{nonsense}\nASK {}", "Map", None, []),
        ('SELECT ("#defaultView:Map" AS ?x) {}', None, None, []),
        ("ASK {}", None, None, []),
    ],
)
def test_the_comment_that_names_a_view_is_read_as_the_wikidata_query_service_has_it(
    query: str, view: str | None, layer: str | None, hide: list[str]
) -> None:
    found = worked_out("query/defaultview.js", f"it.defaultView({json.dumps(query)})")
    assert found == {"view": view, "layer": layer, "hide": hide}


@pytest.mark.parametrize(
    ("query", "view", "written"),
    [
        ("ASK {}", "Map", "#defaultView:Map\nASK {}"),
        ("ASK {}", "Table", "ASK {}"),
        ("# t\n#defaultView:Map\nASK {}", "Table", "# t\nASK {}"),
        ("# t\n#defaultView:Map\nASK {}", "Graph", "# t\n#defaultView:Graph\nASK {}"),
        ('#defaultView:Map{"layer":"?x"}\nASK {}', "Map", '#defaultView:Map{"layer":"?x"}\nASK {}'),
    ],
)
def test_a_link_for_another_view_differs_in_that_comment_alone(query: str, view: str, written: str) -> None:
    assert (
        worked_out("query/defaultview.js", f"it.withView({json.dumps(query)}, {json.dumps(view)})") == written
    )


XSD = "http://www.w3.org/2001/XMLSchema#"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"


def literal(value: str, datatype: str | None = None) -> dict[str, str]:
    return {"type": "literal", "value": value} | ({"datatype": datatype} if datatype else {})


THING = {"type": "uri", "value": "http://x/a"}
NUMBER, DAY = literal("3", XSD + "integer"), literal("2025-08-28", XSD + "date")
POINT = literal("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> Point(30.5 -50.4)", WKT)


@pytest.mark.parametrize(
    ("variables", "rows", "views"),
    [
        (["a"], [], ["Table"]),
        (["a"], [[literal("x")]], ["Table"]),
        (["a", "n"], [[literal("x"), NUMBER], [None, None]], ["Table", "BarChart"]),
        (["d", "n"], [[DAY, NUMBER]], ["Table", "Timeline", "BarChart", "LineChart"]),
        (["n", "m"], [[NUMBER, NUMBER]], ["Table", "LineChart"]),
        (["a", "b"], [[THING, THING]], ["Table", "Graph"]),
        (["a", "relation", "b"], [[literal("x"), literal("knows"), literal("y")]], ["Table", "Graph"]),
        (["p"], [[POINT]], ["Table", "Map"]),
        (["lat", "long"], [[NUMBER, NUMBER]], ["Table", "Map", "LineChart"]),
        (["a"], [[literal("x")], [THING]], ["Table"]),
    ],
)  # fmt: skip
def test_a_view_is_offered_where_the_answer_has_what_it_needs(
    variables: list[str], rows: list[Any], views: list[str]
) -> None:
    answer = {"kind": "solutions", "variables": variables, "rows": rows}
    assert worked_out("query/columns.js", f"new it.Columns({json.dumps(answer)}).fitting()") == views


def test_a_point_is_longitude_then_latitude_and_a_year_a_moment() -> None:
    assert worked_out("query/columns.js", f"it.point({json.dumps(POINT['value'])})") == [30.5, -50.4]
    assert worked_out("query/columns.js", 'it.point("LINESTRING(1 2, 3 4)")') is None
    assert worked_out("query/columns.js", '["2025", "2025-01-01", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00"].map(it.moment)') == [
        1735689600000
    ] * 4  # fmt: skip


def test_moments_of_all_years_are_in_order_and_what_is_none_is_none() -> None:
    years = ["-12025", "-0044-03-15", "0000", "0001-01-01T00:00:00Z", "1969-12-31Z", "2025-08", "12025-08-28"]
    moments = worked_out("query/columns.js", f"{json.dumps(years)}.map(it.moment)")
    assert None not in moments
    assert moments == sorted(set(moments))
    # Midnight in Kyiv is 21:00 UTC of the day before.
    assert (
        worked_out("query/columns.js", '["2025-08-28+03:00", "2025-08-27T21:00:00"].map(it.moment)')
        == [1756328400000] * 2
    )
    for none in ("2025-13-45", "28 August 2025", "-", "", "2025-08-28T", "9999999"):
        assert worked_out("query/columns.js", f"it.moment({json.dumps(none)})") is None


def test_what_is_not_on_earth_has_no_place() -> None:
    for wrong in ("POINT(999 -999)", "POINT(abc def)", "POINT(30)", "POLYGON((0 0", "POINT(181 0)", ""):
        assert worked_out("query/columns.js", f"it.point({json.dumps(wrong)})") is None


def test_a_scale_of_the_largest_figures_is_finite() -> None:
    ticks = worked_out("query/views/chart.js", "it.scale([-1e308, 1e308])")
    assert None not in ticks
    assert len(ticks) > 2


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([3, 107], [0, 50, 100, 150]),
        ([0], [0, 0.25]),
        ([-4, 4], [-4, -2, 0, 2, 4]),
        ([0.2, 0.9], [0, 0.25, 0.5, 0.75, 1]),
        ([1e9], [0, 2.5e8, 5e8, 7.5e8, 1e9]),
    ],
)
def test_a_scale_holds_every_figure_and_zero_in_round_steps(values: list[float], ticks: list[float]) -> None:
    found = worked_out("query/views/chart.js", f"it.scale({values})")
    assert found == ticks
    assert min(found) <= min(values)
    assert max(found) >= max(values)


def test_a_citation_names_the_question_the_version_and_the_way_back() -> None:
    answer = {"kind": "solutions", "version": "7", "rows": [[]]}
    found = worked_out(
        "query/cite.js",
        f'it.citation("#defaultView:Map\\n# 50% & more\\nASK {{}}", {json.dumps(answer)}, "2025-08-28", "http://x")',
    )
    assert found["plain"].startswith(
        "onrecord: “50% & more”. Version 7 of the graph, 1 row; asked 2025-08-28. http://x/sparql?query="
    )
    assert found["plain"].endswith("&version=7")
    assert "title = {50\\% \\& more}" in found["bibtex"]


@pytest.mark.parametrize(
    ("iri", "page"),
    [
        ("https://w3id.org/onrecord/actor/peskov", "/actor/peskov.html"),
        ("https://w3id.org/onrecord/document/d/v#x", "/document/d/v.html#x"),
        ("https://w3id.org/onrecord/ns#Actor", "/vocabulary#Actor"),
        ("https://w3id.org/onrecord//evil.example", None),
        ("https://w3id.org/onrecord/../evil", None),
        ("https://w3id.org/onrecord/a\\b", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_a_name_leads_to_its_page_here_or_to_the_web_and_nowhere_else(iri: str, page: str | None) -> None:
    expression = f'new it.Terms("https://w3id.org/onrecord/", {{}}).page({json.dumps(iri)})'
    assert worked_out("shared/terms.js", expression) == page


def test_an_event_adds_nothing_to_a_side_s_total_where_the_whole_has_a_count_of_that_side() -> None:
    def event(name: str, whole: list[str], *killed: tuple[str, int, bool]) -> dict[str, Any]:
        counts = [{"side": side, "least": least, "exact": exact} for side, least, exact in killed]
        return {"id": name, "partOf": whole, "killed": counts}

    events = [
        event("whole", [], ("UkrainianSide", 30, True)),
        event("part", ["whole"], ("UkrainianSide", 25, True), ("RussianSide", 4, False)),
        event("other", [], ("RussianSide", 2, True), ("UkrainianSide", 1, True)),
    ]
    assert worked_out("events/totals.js", f"it.totals({json.dumps(events)})") == [
        {"side": "RussianSide", "killed": 6, "exact": False, "events": 2},
        {"side": "UkrainianSide", "killed": 31, "exact": True, "events": 2},
    ]


@pytest.mark.parametrize(
    ("days", "most", "spans"),
    [
        ([], 60, []),
        (["2025-08-28"], 60, [("2025-08-28", "2025-08-28")]),
        (
            ["2025-08-30", "2025-08-28"],
            60,
            [("2025-08-28", "2025-08-28"), ("2025-08-29", "2025-08-29"), ("2025-08-30", "2025-08-30")],
        ),
        (
            ["2025-08-01", "2025-08-20", "no day"],
            5,
            [("2025-08-01", "2025-08-07"), ("2025-08-08", "2025-08-14"), ("2025-08-15", "2025-08-21")],
        ),
    ],
)
def test_days_are_covered_by_equal_spans_no_more_than_asked_for(
    days: list[str], most: int, spans: list[tuple[str, str]]
) -> None:
    found = worked_out("events/totals.js", f"it.spans({json.dumps(days)}, {most})")
    assert [(one["from"], one["to"]) for one in found] == spans
