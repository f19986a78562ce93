"""The one table of formats holds together, and agrees with what the engine knows of its own formats."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat

from onrecord.graph.formats import (
    CSV,
    DATASETS,
    EXPORTS,
    GRAPHS,
    JSON,
    JSON_LD,
    N_TRIPLES,
    TABLES,
    by_media_type,
    by_name,
)

EVERY = (*GRAPHS, *DATASETS, *TABLES)


def test_no_two_formats_share_a_name_or_a_media_type_or_a_suffix() -> None:
    for told in ("name", "label", "media_type", "suffix", "iri"):
        assert len({getattr(one, told) for one in EVERY}) == len(EVERY) == 10, told


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_media_type_and_suffix_are_those_of_the_engine(one: object) -> None:
    engine = one.engine  # type: ignore[attr-defined]
    assert one.media_type == engine.media_type.partition(";")[0]  # type: ignore[attr-defined]
    assert one.suffix == engine.file_extension  # type: ignore[attr-defined]


def test_every_dataset_format_and_no_graph_format_keeps_graph_names() -> None:
    assert all(one.engine.supports_datasets for one in DATASETS)
    assert {one.engine.supports_datasets for one in GRAPHS if one is not JSON_LD} == {False}
    assert {one.name for one in EXPORTS} == {"turtle", "nquads", "trig"}


def test_the_exact_media_types_come_before_the_general_ones() -> None:
    found = by_media_type(TABLES, older=True)
    assert list(found)[: len(TABLES)] == [one.media_type for one in TABLES]
    assert found["application/json"] is JSON
    assert by_media_type(GRAPHS, older=True)["application/json"] is JSON_LD
    assert by_media_type(GRAPHS, older=True)["text/plain"] is N_TRIPLES
    assert "text/plain" not in found
    assert "application/json" not in by_media_type(TABLES)


def test_a_format_is_found_by_its_name() -> None:
    assert by_name(TABLES)["csv"] is CSV
    assert by_name(GRAPHS)["ntriples"].engine == RdfFormat.N_TRIPLES
