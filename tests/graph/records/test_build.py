"""From seeds to a graph: one checked commit, exported and read back without loss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic
from tests.harness.whole_store import validate_all

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet, as_stored
from onrecord.graph.ledger import Ledger
from onrecord.graph.records import build
from onrecord.graph.records.seeds import Seeds, read_seeds
from onrecord.graph.records.yaml_reader import RecordError
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

VERSION = terms.DEFAULT_BASE + "document/kyiv-independent-2025-08-28/76c3b9f7"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(Settings(data=tmp_path / "data")) as ledger:
        yield ledger


def test_the_seeds_fill_the_vocabulary_the_reference_the_document_and_what_is_derived(seeded: Ledger) -> None:
    names = set(seeded.graph_names())
    versions = {name for name in names if name.startswith(f"{terms.DEFAULT_BASE}document/")}
    assert VERSION in versions
    assert len(versions) == 26  # one for each document version that was read
    assert names - versions == {
        terms.graph_iri(name)
        for name in ("vocabulary", "reference", "assessments", "derived", "names", "history")
    }


def test_no_record_says_again_what_another_says(seeds: Seeds) -> None:
    """Queries over all graphs would find it twice."""
    said = Counter((quad.subject, quad.predicate, quad.object) for quad in seeds.quads)
    assert [triple for triple, times in said.items() if times > 1] == []


def test_building_is_one_commit_and_building_again_changes_nothing(empty: Ledger, seeds: Seeds) -> None:
    first = build.build(empty, seeds)
    assert first is not None
    assert first.version == empty.version == 1
    assert build.build(empty, seeds) is None
    assert empty.version == 1


def test_a_seed_that_is_gone_leaves_the_graph_and_other_graphs_stay(empty: Ledger, seeds: Seeds) -> None:
    build.build(empty, seeds)
    mine = ox.NamedNode("https://example.org/mine")
    about = {"type": ox.NamedNode(terms.REC + "Topic"), "label": ox.Literal("Mine", language="en")}
    names = {"type": terms.RDF_TYPE, "label": terms.PREFIXES["rdfs"] + "label"}
    quads = [ox.Quad(mine, ox.NamedNode(names[key]), value, mine) for key, value in about.items()]
    empty.commit(ChangeSet(added=frozenset(quads)), message="my own", author="a test")
    topic = ox.NamedNode(terms.DEFAULT_BASE + "topic/trump-leaving-europeans")
    stays = frozenset(quad for quad in seeds.quads if topic not in (quad.subject, quad.object))
    claim = ox.NamedNode(terms.DEFAULT_BASE + "claim/rutland-russians-hope-trump-leaves")
    stays = frozenset(quad for quad in stays if claim not in (quad.subject, quad.object))
    commit = build.build(empty, Seeds(stays, seeds.records))
    assert commit is not None
    follows = {ox.NamedNode(terms.graph_iri(name)) for name in ("derived", "names")}
    gone = {quad for quad in seeds.quads - stays if quad.graph_name not in follows}
    assert (commit.added, commit.removed) == (0, len(gone))
    assert mine.value in empty.graph_names()


def test_the_seeds_conform_to_the_shapes_as_a_whole(seeds: Seeds) -> None:
    store = ox.Store()
    store.extend(seeds.quads)
    report = validate_all(store)
    assert report.conforms, report.text()


@pytest.mark.filterwarnings("ignore:Dataset.* is deprecated:DeprecationWarning")  # rdflib warns of itself
def test_an_export_read_into_an_empty_rdflib_dataset_holds_the_same_quads(
    seeded: Ledger, seeds: Seeds
) -> None:
    dataset = Dataset()
    with seeded.export("nquads") as answer:
        dataset.parse(data=answer.read(), format="nquads")
    read_back = {(s.n3(), p.n3(), o.n3(), g.n3()) for s, p, o, g in dataset.quads() if g is not None}
    plain = Dataset()
    names = ox.NamedNode(terms.graph_iri("names"))  # serves the service alone
    data = as_stored(frozenset(quad for quad in seeds.quads if quad.graph_name != names))
    plain.parse(data=ox.serialize(data, format=ox.RdfFormat.N_QUADS), format="nquads")
    assert read_back == {(s.n3(), p.n3(), o.n3(), g.n3()) for s, p, o, g in plain.quads() if g is not None}
    assert len(read_back) == len(data)


def test_the_turtle_export_of_a_graph_reads_back_isomorphic(seeded: Ledger, seeds: Seeds) -> None:
    with seeded.export("turtle", graph=VERSION) as answer:
        read_back = Graph().parse(data=answer.read(), format="turtle")
    triples = [quad.triple for quad in seeds.quads if quad.graph_name == ox.NamedNode(VERSION)]
    stated = Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    assert isomorphic(read_back, stated)  # type: ignore[no-untyped-call]
    assert len(read_back) == len(triples)


def test_two_builds_export_the_same_bytes(seeded: Ledger, seeds: Seeds, empty: Ledger) -> None:
    build.build(empty, seeds)
    for format_ in ("turtle", "nquads", "trig"):
        with seeded.export(format_) as one, empty.export(format_) as other:
            assert one.read() == other.read()


class TestSeedsThatDoNotFitTogether:
    """A broken seed stops the build with every problem said, and nothing is changed."""

    def seeds_with(self, tmp_path: Path, name: str, text: str) -> Path:
        (tmp_path / "reference").mkdir(exist_ok=True)
        (tmp_path / "reference" / name).write_text(text, encoding="utf-8")
        return tmp_path

    def test_a_reference_to_an_unknown_actor_is_refused_with_the_likeliest(self, tmp_path: Path) -> None:
        self.seeds_with(
            tmp_path,
            "a.yaml",
            "id: graph/reference\nactors:\n  - {id: actor/peskov, type: Person, label: {en: P}}\n",
        )
        root = self.seeds_with(
            tmp_path,
            "b.yaml",
            "id: graph/reference\ntenures:\n  - id: tenure/x\n    type: Tenure\n    holder: actor/peskof\n",
        )
        with pytest.raises(RecordError) as refused:
            read_seeds(directory=root)
        (problem,) = refused.value.problems
        assert problem.file.endswith("b.yaml")
        assert problem.line == 5
        assert "actor/peskof is described nowhere: did you mean" in problem.message
        assert "actor/peskov" in problem.message

    def test_an_iri_described_in_two_files_is_refused_naming_both(self, tmp_path: Path) -> None:
        text = "id: graph/reference\nactors:\n  - {id: actor/peskov, type: Person, label: {en: P}}\n"
        self.seeds_with(tmp_path, "a.yaml", text)
        root = self.seeds_with(tmp_path, "b.yaml", text)
        with pytest.raises(
            RecordError,
            match=r"b\.yaml:3: .*actor/peskov is described a second time \(first in .*a\.yaml:3\)",
        ):
            read_seeds(directory=root)

    def test_a_mistake_in_one_file_is_no_mistake_of_those_that_name_what_it_describes(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "reference").mkdir()
        reference = tmp_path / "reference" / "actors.yaml"
        reference.write_text(
            "id: graph/reference\nactors:\n  - {id: actor/one, type: Person, label: One}\n", encoding="utf-8"
        )
        (tmp_path / "reference" / "posts.yaml").write_text(
            "id: graph/reference\ntenures:\n  - {id: tenure/one, label: {en: Post}, holder: actor/one, "
            "institution: actor/two, post: {en: Post}}\n",
            encoding="utf-8",
        )
        with pytest.raises(RecordError) as error:
            read_seeds(directory=tmp_path)
        # The label without a language, and the one name that neither file has.
        assert [(problem.file.rpartition("/")[2], problem.line) for problem in error.value.problems] == [
            ("actors.yaml", 3),
            ("posts.yaml", 3),
        ]
        assert "actor/two is described nowhere" in error.value.problems[1].message

    def test_an_empty_directory_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(RecordError, match="give a directory of seeds"):
            read_seeds(directory=tmp_path)
