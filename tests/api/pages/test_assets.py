"""The addresses of static files, with and without bundled scripts."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from tests.harness.pages import Page

from onrecord.api.pages.assets import Assets


def _bundled(folder: Path) -> Assets:
    (folder / "dist").mkdir()
    entry = {"file": "network-ABC.js", "imports": ["chunk-DEF.js"]}
    (folder / "dist" / "manifest.json").write_text(json.dumps({"network": entry}))
    return Assets(folder)


def test_a_bundled_script_is_loaded_as_a_module_and_what_it_imports_with_it(
    app: Flask, tmp_path: Path
) -> None:
    with app.test_request_context():
        page = Page(_bundled(tmp_path).script("network"))
    assert page.elements == [
        ("script", {"type": "module", "src": "/static/dist/network-ABC.js"}),
        ("link", {"rel": "modulepreload", "href": "/static/dist/chunk-DEF.js"}),
    ]


def test_without_bundles_a_page_has_no_scripts(app: Flask, tmp_path: Path) -> None:
    with app.test_request_context():
        assert Assets(tmp_path).script("network") == ""


def test_other_bundles_have_another_mark(tmp_path: Path) -> None:
    assert Assets(tmp_path).mark != _bundled(tmp_path).mark


def test_files_with_a_hash_in_their_names_may_be_kept_for_a_year(app: Flask) -> None:
    response = app.test_client().get("/static/onrecord.css", buffered=True)
    assert response.cache_control.max_age == 365 * 24 * 3600
