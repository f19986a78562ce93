"""The query page in a browser: asking, mistakes, views, links, and what is left without scripts."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from tests.api.conftest import SCRIPT
from tests.browser.conftest import Visiting
from tests.harness.programs.browser import LIMIT

from onrecord.graph.vocabulary.examples import examples

pytestmark = pytest.mark.slow
expect.set_options(timeout=LIMIT)

SAID = (
    'SELECT ?n (COUNT(*) AS ?times) WHERE { VALUES ?n { "a" "b" } VALUES ?m { 1 2 } } GROUP BY ?n ORDER BY ?n'
)


def asked(query: str) -> str:
    return "/sparql?query=" + quote(query)


def write(page: Page, text: str) -> None:
    """Replace what the editor holds, as somebody does who types."""
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(text)


def editor(page: Page) -> str:
    return page.locator(".cm-content").inner_text()


def test_a_query_is_answered_in_place_and_back_and_forward_lead_through_the_answers(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/sparql")
    write(page, "SELECT ?x WHERE { VALUES ?x { 1 2 3 } }")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_role("status")).to_contain_text("3 rows in")
    expect(page.get_by_role("status")).to_contain_text("version 1")
    page.get_by_role("link", name=examples()[2].title).click()
    expect(page.get_by_role("status")).not_to_contain_text("3 rows")
    tab.settled()
    page.go_back()
    expect(page.get_by_role("status")).to_contain_text("3 rows in")
    assert "VALUES ?x" in editor(page)
    page.go_forward()
    expect(page.locator(".cm-content")).to_contain_text(examples()[2].title)
    assert "accept=text%2Fcsv" in (
        page.get_by_role("link", name="CSV", exact=True).get_attribute("href") or ""
    )
    assert tab.complaints == []


def test_a_mistake_is_marked_where_it_is_and_mended_without_leaving_the_page(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/sparql")
    write(page, "SELECT ?x WHERE {\n  ?x a }")
    page.get_by_role("button", name="Run query").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2, column 8")
    expect(page.locator(".cm-lintRange-error")).to_have_count(1)
    assert tab.faults() == []
    write(page, "ASK { ?x a rec:Person }")
    page.get_by_role("button", name="Run query").click()
    expect(page.locator("#answer")).to_contain_text("Yes")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)


def test_a_link_carries_the_query_and_its_view_and_a_citation_the_version(visit: Visiting) -> None:
    page = visit().go(asked(SAID))
    assert page.get_by_role("tab", name="Timeline").is_disabled()
    page.get_by_role("tab", name="Bars").click()
    expect(page.locator("figure.chart rect")).to_have_count(2)
    shared = page.url
    tab = visit()
    page = tab.go(shared.removeprefix(tab.root))
    expect(page.locator("figure.chart rect")).to_have_count(2)
    assert editor(page).startswith("#defaultView:BarChart")
    assert tab.faults() == []
    page.get_by_text("Cite this answer (version 1)").click()
    cited = page.locator(".cite pre").first.inner_text()
    assert "Version 1 of the graph, 2 rows" in cited
    again = tab.go(cited[cited.index("/sparql?") :])
    expect(again.get_by_role("status")).to_contain_text("2 rows in")
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("table")).to_be_visible()
    page.go_back()
    expect(page.locator("figure.chart")).to_be_visible()


def test_completion_knows_the_graphs_own_terms_and_prefixes_declare_themselves(visit: Visiting) -> None:
    tab = visit()
    page = tab.go("/sparql")
    write(page, "SELECT * WHERE { ?s rec:targetR")
    page.keyboard.type("o")
    offered = page.locator(".cm-tooltip-autocomplete")
    expect(offered).to_contain_text("rec:targetRole")
    page.keyboard.press("Escape")
    write(page, "SELECT * WHERE { ?s schema")
    page.keyboard.type(":")
    expect(page.locator(".cm-content")).to_contain_text("PREFIX schema: <https://schema.org/>")
    assert tab.complaints == []


MAP = """#defaultView:Map{"layer":"?kind","hide":["?latitude","?longitude"]}
SELECT ?name ?kind ?latitude ?longitude WHERE {
  VALUES (?name ?kind ?latitude ?longitude) { ("Kyiv" "city" 50.45 30.52) ("Odesa" "city" 46.48 30.72) ("Simferopol" "port" 44.95 34.1) }
}"""
GRAPH = "#defaultView:Graph\nSELECT ?s ?o WHERE { ?s rec:partOf ?o }"


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "\n\n\nSELECT ?s WHERE {\n  ?s ?p ?o .\n  # \U0001f41f ü\n  ?s zzzz ?o }",
        "SELECT ?s WHERE { ?s ?p '\U0001f41f\U0001f41f ї' ; zzzz 1 }",
        "# first\n#defaultView:Table\nSELECT ?s WHERE { FILTER(1/3 = 2 && zzzz) }",
    ],
)
def test_what_is_marked_is_the_mistake_itself(visit: Visiting, text: str, typed: bool) -> None:
    tab = visit()
    page = tab.go("/sparql" if typed else asked(text))
    if typed:
        write(page, text)
        page.keyboard.press("ControlOrMeta+Enter")
        tab.settled()
    begin = text[: text.index("zzzz")]
    line, column = begin.count("\n") + 1, len(begin) - begin.rfind("\n")
    expect(page.get_by_role("alert")).to_contain_text(
        re.compile(rf"line {line}, column {column}\b", re.IGNORECASE)
    )
    # One letter is underlined: the first of the mistake, in the line in which it stands.
    expect(page.locator(".cm-lintRange-error")).to_have_text("z")
    expect(page.locator(".cm-line").nth(line - 1).locator(".cm-lintRange-error")).to_have_count(1)


@pytest.mark.parametrize(
    ("query", "drawn", "most"),
    [(MAP, ".map path.leaflet-interactive", 85 << 10), (GRAPH, ".drawing canvas", 41 << 10)],
    ids=["map", "graph"],
)
def test_what_a_view_needs_is_brought_when_it_is_shown_within_its_budget(
    visit: Visiting, query: str, drawn: str, most: int
) -> None:
    tab = visit(webgl=query is GRAPH, fresh=True)
    brought: dict[str, int] = {}
    tab.on("response", lambda one: brought.setdefault(one.url, int(one.headers.get("content-length", 0))))
    tab.go("/sparql")
    before = set(brought)
    page = tab.go(asked(query))
    expect(page.locator(drawn).first).to_be_visible()
    assert (
        0 < sum(size for url, size in brought.items() if "/static/dist/" in url and url not in before) <= most
    )
    assert tab.faults() == []


def test_a_map_has_its_layers_and_its_points_say_what_the_row_says(visit: Visiting) -> None:
    tab = visit()
    page = tab.go(asked(MAP))
    points = page.locator(".map path.leaflet-interactive")
    expect(points).to_have_count(3)
    page.get_by_role("button", name="port").click()
    expect(points).to_have_count(2)
    points.first.click()
    expect(page.locator(".leaflet-popup")).to_contain_text("Kyiv")
    expect(page.locator(".leaflet-popup")).not_to_contain_text("50.45")
    assert tab.complaints == []


def test_asking_can_be_cancelled(visit: Visiting) -> None:
    page = visit().go("/sparql")
    page.route("**/sparql?*", lambda _: None)  # the answer never comes
    page.get_by_role("button", name="Run query").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status")).to_have_text("Cancelled.")
    page.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("view", ["Table", "Timeline", "Graph", "BarChart"])
def test_a_hostile_literal_stays_text_in_every_view(visit: Visiting, attacked: str, view: str) -> None:
    tab = visit(attacked, webgl=view == "Graph")
    query = (
        f'#defaultView:{view}\nSELECT ?o ?s ?t ?d ?n WHERE {{ ?s rdfs:label ?o BIND (IRI("javascript:alert(1)") AS ?t) '
        'BIND ("2025-08-28"^^xsd:date AS ?d) BIND (1 AS ?n) }'
    )
    page = tab.go(asked(query))
    expect(page.get_by_role("tab", selected=True)).to_have_count(1)
    # Of a graph, names are painted: they stand in no element.
    assert view == "Graph" or SCRIPT in page.content().replace("&lt;", "<").replace("&gt;", ">").replace(
        "&quot;", '"'
    )
    assert page.locator("#answer script").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert tab.complaints == []


WKT = "^^<http://www.opengis.net/ont/geosparql#wktLiteral>"
ODD = f"""SELECT ?s ?t ?label ?value ?day ?where WHERE {{ VALUES (?s ?t ?label ?value ?day ?where) {{
  (<javascript:alert(1)> <urn:b> "<script>alert(1)</script><img src=x onerror=alert(2)>" 1e308 "-0044-03-15"^^xsd:date "POINT(30.5 50.4)"{WKT})
  (<urn:a> <urn:c> "{{{{7*7}}}} ${{alert(1)}}" "NaN"^^xsd:double "12025-08-28"^^xsd:date "POINT(abc def)"{WKT})
  (<urn:b> <urn:a> "two\\nlines" "INF"^^xsd:double "0001-01-01T00:00:00Z"^^xsd:dateTime "POINT(999 -999)"{WKT})
  (<urn:c> <data:text/html,x> "" 123456789012345678901234567890 "2025-13-45"^^xsd:date "POLYGON((0 0"{WKT})
  (UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF)
}} }}"""
MANY = """SELECT ?s ?t ?n ?d ?lat ?lon WHERE {
  { SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 10000 } BIND (?p AS ?t) BIND (STRLEN(STR(?s)) AS ?n)
  BIND ("2025-08-28"^^xsd:date AS ?d) BIND (50.0 AS ?lat) BIND (30.0 AS ?lon)
}"""


@pytest.mark.parametrize("view", ["Table", "Map", "Timeline", "Graph", "BarChart", "LineChart"])
def test_odd_values_and_very_many_rows_are_shown_in_every_view(visit: Visiting, view: str) -> None:
    tab = visit(webgl=view == "Graph")
    tab.on("dialog", lambda dialog: tab.complaints.append(f"a dialog: {dialog.message}"))
    for query in (ODD, MANY):
        page = tab.go(asked(f"#defaultView:{view}\n{query}"))
        expect(page.get_by_role("status").first).to_contain_text("rows in")
        expect(page.get_by_role("tab", selected=True)).to_have_count(1)
        assert page.get_by_role("tab", selected=True).is_enabled()
        assert page.locator("#answer :is(script, img[src=x])").count() == 0
        assert page.locator("a[href^='javascript'], a[href^='data']").count() == 0
        assert page.locator("#view").inner_text() or view in {"Map", "Graph"}
        # Nothing is drawn at places that are none.
        assert (
            page.locator("#answer svg :is([points*=NaN], [d*=NaN], [x=NaN], [cx=NaN], [y=NaN])").count() == 0
        )
    assert tab.complaints == []


def test_without_scripts_the_form_asks_and_the_answer_is_a_table(visit: Visiting) -> None:
    page = visit(java_script_enabled=False).go("/sparql")
    page.get_by_label("Query").fill("SELECT ?x WHERE { VALUES ?x { 1 2 3 } }")
    page.get_by_role("button", name="Run query").click()
    assert page.locator("tbody tr").count() == 3
