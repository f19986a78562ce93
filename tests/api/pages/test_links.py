"""Where names lead, and what never becomes a link."""

from __future__ import annotations

import pytest

from onrecord.api.pages import links

BASE = "https://w3id.org/onrecord/"


@pytest.mark.parametrize(
    ("iri", "address"),
    [
        (f"{BASE}actor/peskov", "/actor/peskov.html"),
        (f"{BASE}document/a/v1", "/document/a/v1.html"),
        (f"{BASE}ns#Actor", "/vocabulary#Actor"),
        (f"{BASE}ns#killed", "/vocabulary/words#killed"),
        (f"{BASE}ns#measures", "/vocabulary/words#measures"),
        (f"{BASE}place/київ", "/place/%D0%BA%D0%B8%D1%97%D0%B2.html"),
        (f"{BASE}document/a/v1#char=3,9", "/document/a/v1.html?passage=char%3D3%2C9#char=3,9"),
        (f"{BASE}document/a#b", "/document/a.html#b"),
        (f"{BASE}x?a=1", "/x%3Fa=1.html"),
        ("http://www.wikidata.org/entity/Q159", "http://www.wikidata.org/entity/Q159"),
        ("https://example.org/x", "https://example.org/x"),
        (BASE, BASE),
        (f"{BASE}a//b", "/a//b.html"),
        (f"{BASE}.a/..b/c..", "/.a/..b/c...html"),
        # As paths of this site, a browser would read these as other hosts or other pages.
        (f"{BASE}/evil.example/x", f"{BASE}/evil.example/x"),
        (f"{BASE}//evil.example/x", f"{BASE}//evil.example/x"),
        (f"{BASE}/#x", f"{BASE}/#x"),
        (f"{BASE}..//evil.example/x", f"{BASE}..//evil.example/x"),
        (f"{BASE}a/../../evil.example", f"{BASE}a/../../evil.example"),
        (f"{BASE}a/.", f"{BASE}a/."),
    ],
)
def test_a_name_leads_to_its_page_here_or_to_its_own_address(iri: str, address: str) -> None:
    assert links.page(iri, BASE) == address


@pytest.mark.parametrize(
    "iri",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "urn:uuid:1",
        "//example.org/x",
        "http:",
        "https://[broken",
        "x",
        "",
        f"{BASE}\\evil.example/x",
        f"{BASE}\t/evil.example/x",
        f"{BASE}a\x7f",
        "https://example.org\\@evil.example/",
        "https://exam\nple.org/",
    ],
)
def test_nothing_but_the_web_is_linked(iri: str) -> None:
    assert links.page(iri, BASE) is None


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        (f"{BASE}ns#Actor", "rec:Actor"),
        (f"{BASE}actor/peskov", "actor/peskov"),
        ("http://www.w3.org/2000/01/rdf-schema#label", "rdfs:label"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_names_are_written_short(iri: str, written: str) -> None:
    assert links.short(iri, BASE) == written
