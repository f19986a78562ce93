"""What differs between two versions, over HTTP."""

from __future__ import annotations

import csv
import gzip
import io
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from onrecord.api.history import differences

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.slow
def test_claims_come_a_page_at_a_time_until_all_were_told(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differences, "_A_PAGE", 20)
    address, found = "/history/diff?from=0", list[str]()
    for _ in range(50):
        response = client.get(address)
        document = response.get_json()
        assert (document["from"], document["to"]) == (0, 1)
        assert len(document["differences"]) <= 20
        found += [one["claim"] for one in document["differences"]]
        if document["next"] is None:
            break
        assert response.headers["Link"] == f'<{document["next"]}>; rel="next"'
        address = document["next"]
    everything = client.get("/export/claims.csv?standing=all").text
    claims = [row["claim"] for row in csv.DictReader(io.StringIO(everything, newline=""))]
    assert sorted(found) == sorted(claims)
    assert len(set(found)) == len(found) > 40


def test_it_comes_as_csv_and_as_a_feed(client: FlaskClient) -> None:
    rows = list(
        csv.DictReader(io.StringIO(client.get("/history/diff?from=0&accept=text/csv").text, newline=""))
    )
    assert len(rows) > 40
    assert {row["change"] for row in rows} == {"added"}
    feed = client.get("/history/diff?from=0", headers={"Accept": "application/atom+xml"})
    assert feed.mimetype == "application/atom+xml"
    root = ET.fromstring(feed.data)  # noqa: S314  (our own)
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        f"{row['claim']}#versions-0-1" for row in rows
    ]
    assert all(entry.findtext(f"{ATOM}title", "").startswith("Added: ") for entry in entries)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "`from` is to be the number of a version"),
        ("from=x", "`from` is to be the number"),
        ("from=1", "no stretch of the history"),
        ("from=0&to=2", "it goes from 0 to 1"),
        ("from=0&to=1&since=2", "no parameter `since`"),
        ("from=0&page=0", "page=0"),
    ],
)
def test_what_is_no_stretch_is_refused(client: FlaskClient, query: str, says: str) -> None:
    response = client.get(f"/history/diff?{query}")
    assert response.status_code == 400
    assert says in response.get_json()["detail"]


def test_a_patch_is_sent_packed_to_who_takes_that(client: FlaskClient) -> None:
    plain = client.get("/history/1.patch")
    packed = client.get("/history/1.patch", headers={"Accept-Encoding": "gzip"})
    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(packed.data) == plain.data
    assert plain.data.startswith(b"H id <urn:uuid:")
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 4


def test_browsers_get_it_as_a_page_that_leads_to_each_claim_and_commit(client: FlaskClient) -> None:
    response = client.get("/history/diff?from=0", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.mimetype == "text/html"
    for part in (
        "What differs between versions 0 and 1",
        "<strong>91</strong> added",  # every claim of the seeds
        'href="/claim/peskov-2025-08-28-target.html"',
        'href="/history/1">version 1</a>',
        "accept=text/csv",
    ):
        assert part in response.text, part
    wrong = client.get("/history/diff?from=1", headers={"Accept": "text/html"})
    assert (wrong.status_code, wrong.mimetype) == (400, "text/html")
