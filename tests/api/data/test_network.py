"""The network over HTTP: JSON with the words that every edge rests on, over the seeds; worked out by hand from the records."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from flask.testing import FlaskClient

from onrecord.graph import terms
from onrecord.graph.questions.network.formats.network_formats import FORMATS

B = terms.DEFAULT_BASE
TRUMP, PUTIN, ZELENSKY, KI = (
    B + f"actor/{name}" for name in ("trump", "putin", "zelensky", "kyiv-independent")
)


def network(client: FlaskClient, query: str) -> Any:
    answer = client.get(f"/network.json?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def edge(found: Any, kind: str, source: str, target: str) -> Any:
    (one,) = (
        edge for edge in found["edges"] if (edge["kind"], edge["from"], edge["to"]) == (kind, source, target)
    )
    return one


def test_an_edge_says_who_said_what_when_in_which_words_and_where_they_stand(client: FlaskClient) -> None:
    found = network(client, "ego=actor/trump")
    view = edge(found, "attributes-a-view-to", TRUMP, PUTIN)
    assert (
        view["sentence"]
        == "Donald Trump said on 25 August 2025 that Vladimir Putin dislikes Volodymyr Zelensky"
    )
    assert (view["begin"], view["end"], view["count"], view["directed"]) == (
        "2025-08-25",
        "2025-08-25",
        1,
        True,
    )
    assert view["onWordOf"] == [{"iri": TRUMP, "label": "Donald Trump"}]
    (because,) = view["because"]
    link = because.pop("link")
    assert link.startswith("https://kyivindependent.com/after-deadly-")
    assert link.endswith("#:~:text=he%20doesn%27t%20like%20him")
    assert because.pop("quotation").startswith(B + "document/kyiv-independent-2025-08-28/76c3b9f7#")
    assert because == {
        "sentence": "Donald Trump said on 25 August 2025 that Vladimir Putin dislikes Volodymyr Zelensky",
        "words": "he doesn't like him",
        "language": "en",
        "statement": B + "statement/trump-2025-08-25-putin-zelensky",
        "claim": B + "claim/trump-2025-08-25-dislike",
        "evidence": B + "claim/trump-2025-08-25-dislike",
        "standing": "Stands",
        "date": "2025-08-25",
        "begin": "2025-08-25",
        "end": "2025-08-25",
        "onWordOf": {"iri": TRUMP, "label": "Donald Trump"},
        "source": {"iri": KI, "label": "Kyiv Independent"},
        "document": B + "document/kyiv-independent-2025-08-28/76c3b9f7",
    }


def test_what_is_said_between_others_is_an_edge_between_them_on_the_speakers_word(
    client: FlaskClient,
) -> None:
    # Putin and Zelensky are both around Trump.
    between = edge(network(client, "ego=trump"), "is-said-to", PUTIN, ZELENSKY)
    assert {item["sentence"] for item in between["because"]} == {
        "Donald Trump said on 25 August 2025 that Vladimir Putin avoids meeting Volodymyr Zelensky",
        "Donald Trump said on 25 August 2025 that Vladimir Putin dislikes Volodymyr Zelensky",
        "Sergey Lavrov said on 22 August 2025 that Putin is ready to meet Zelensky when the agenda is ready",
    }
    assert between["count"] == 3
    assert {name["label"] for name in between["onWordOf"]} == {"Donald Trump", "Sergey Lavrov"}


def test_a_node_says_what_it_is_and_how_far_from_the_first(client: FlaskClient) -> None:
    nodes = {node["id"]: node for node in network(client, "ego=actor/peskov")["nodes"]}
    assert nodes["actor/peskov"]["step"] == 0
    assert nodes["actor/peskov"]["kind"] == "Person"
    measured = {"connections", "between", "community"}
    russia = {name: value for name, value in nodes["actor/russia"].items() if name not in measured}
    assert russia | {"count": 0} == {
        "iri": B + "actor/russia", "id": "actor/russia", "label": "Russia", "kind": "State",
        "side": "RussianSide", "count": 0, "step": 1,
    }  # fmt: skip
    assert all(measured <= set(node) for node in nodes.values())


def test_it_is_node_link_data_that_networkx_reads(client: FlaskClient) -> None:
    found = network(client, "ego=peskov&steps=2")
    graph = nx.node_link_graph(found, edges="edges", source="from", target="to", name="iri")
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.number_of_edges() == len(found["edges"])
    assert set(graph) == {node["iri"] for node in found["nodes"]}


def test_a_window_keeps_what_lies_in_it(client: FlaskClient) -> None:
    # By 24 August Lavrov alone had spoken; Zelensky's own words are known by 28 August.
    found = network(client, "ego=zelensky&until=2025-08-24")
    assert {
        (e["kind"], e["from"].rpartition("/")[2], e["to"].rpartition("/")[2]) for e in found["edges"]
    } == {
        ("spoke-about", "lavrov", "zelensky"),
        ("says-of", "lavrov", "zelensky"),
        ("denies", "lavrov", "zelensky"),
        ("says-of", "lavrov", "putin"),
        ("is-said-to", "putin", "zelensky"),
        ("holds-post-in", "zelensky", "ukraine"),
    }
    later = network(client, "ego=zelensky&from=2025-08-25&until=2025-08-27&off=holds-post-in")
    assert {(e["from"].rpartition("/")[2], e["begin"]) for e in later["edges"]} == {
        ("trump", "2025-08-25"),
        ("putin", "2025-08-25"),
    }


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("ego=actor/nobody-at-all", 404, "nobody-at-all"),
        ("ego=peskov&off=spoke-abuot", 400, "did you mean spoke-about"),
        ("ego=peskov&steps=9", 400, "give 1 to 4"),
        ("ego=peskov&from=yesterday", 400, "from=yesterday is no day"),
        ("ego=peskov&colour=mood", 400, "nothing to colour by"),
        ("ego=peskov&standing=shaky", 400, "current or all"),
        ("to=peskov", 400, "without `ego`"),
        ("ego=peskov&depth=2", 400, "There is no parameter `depth`"),
    ],
)
def test_what_cannot_be_shown_is_said_plainly(
    client: FlaskClient, query: str, status: int, words: str
) -> None:
    answer = client.get(f"/network.json?{query}")
    assert answer.status_code == status
    assert words in answer.json["detail"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_format_has_its_address_and_its_media_type(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/network.{suffix}?ego=peskov&steps=2")
    assert answer.status_code == 200
    assert answer.mimetype == FORMATS[suffix].media_type
    assert len(answer.data) > 1000
    if FORMATS[suffix].is_file:
        assert f'filename="network.{suffix}"' in answer.headers["Content-Disposition"]


def test_a_table_of_the_csv_is_named(client: FlaskClient) -> None:
    assert client.get("/network.csv?ego=peskov&table=nodes").text.startswith("Id,Label,kind,side")
    assert client.get("/network.csv?ego=peskov&table=evidence").text.startswith("edge,source,sourceLabel")
    assert "no table" in client.get("/network.csv?ego=peskov&table=words").json["detail"]  # type: ignore[index]
    assert client.get("/network.ttl?ego=peskov&table=nodes").status_code == 400


def test_the_ways_from_one_actor_to_another_are_shown_with_what_they_rest_on(client: FlaskClient) -> None:
    # Lavrov spoke about Zelensky and says something of Putin, and so does Trump; both spoke of a meeting of the two.
    found = network(client, "ego=lavrov&to=trump&off=reported")
    lavrov = B + "actor/lavrov"
    assert {tuple(path) for path in found["paths"]} == {(lavrov, PUTIN, TRUMP), (lavrov, ZELENSKY, TRUMP)}
    assert {node["iri"] for node in found["nodes"]} == {lavrov, PUTIN, ZELENSKY, TRUMP}
    assert edge(found, "spoke-on-the-same-topic", lavrov, TRUMP)["count"] == 2
    assert all(edge["because"] for edge in found["edges"])
    none = network(client, "ego=lavrov&to=actor/marfa-public-radio&steps=1")
    assert none["paths"] == []
    assert "No way of at most 1 steps" in none["messages"][0]


def test_what_is_left_out_is_said(client: FlaskClient) -> None:
    found = network(client, "ego=kyiv-independent&most=4")
    assert len(found["nodes"]) == 4
    assert found["leftOut"] > 3


def test_all_that_relates_two_actors_stands_in_order_of_time(client: FlaskClient) -> None:
    found = client.get("/relation.json?a=actor/lavrov&b=actor/zelensky").json
    assert found is not None
    assert (found["a"]["label"], found["b"]["label"]) == ("Sergey Lavrov", "Volodymyr Zelensky")
    assert {edge["kind"] for edge in found["edges"]} == {
        "spoke-about",
        "says-of",
        "denies",
        "spoke-on-the-same-topic",
    }
    days = [item["date"] for item in found["timeline"]]
    assert days == sorted(days)
    assert {item["statement"].rpartition("/")[2] for item in found["timeline"]} == {
        "lavrov-2025-08-22-meeting",
        "zelensky-ready-to-meet",
    }
    page = client.get("/relation?a=actor/lavrov&b=actor/zelensky")
    assert page.status_code == 200
    assert "doubted on 22 August 2025 that Volodymyr Zelensky has legitimacy" in page.text
    assert "questioning his legitimacy" in page.text
    assert client.get("/relation?a=actor/lavrov").status_code == 400
    assert client.get("/relation?a=actor/lavrov&b=actor/nobody").status_code == 404
    assert "Nothing in the graph relates the two" in client.get("/relation?a=actor/lavrov&b=actor/unn").text


def test_a_version_that_is_kept_is_asked_and_named(client: FlaskClient) -> None:
    found = network(client, "ego=peskov&version=1")
    assert found["version"] == 1
    assert found["nodes"] == network(client, "ego=peskov")["nodes"]
    # Before the first commit there was nobody.
    assert network(client, "version=0")["nodes"] == []
    assert network(client, "version=0")["version"] == 0
    assert client.get("/network.json?ego=peskov&version=0").status_code == 404


@pytest.mark.parametrize("path", ["/network", "/network.gexf", "/network.json", "/network.svg"])
def test_a_version_that_is_not_kept_is_gone(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}?version=999", headers={"Accept": "*/*"})
    assert answer.status_code == 410
    assert "version 999 is not kept" in answer.text
    assert client.get(f"{path}?version=new", headers={"Accept": "*/*"}).status_code == 400
