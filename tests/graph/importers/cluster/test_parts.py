"""Parts: all that files say, checked, as sorted N-Quads in a directory that appears whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.harness.programs import clusters

from onrecord.graph.errors import OnrecordError
from onrecord.graph.files.texts import Texts
from onrecord.graph.importers import discovery, runner
from onrecord.graph.importers.cluster import parts
from onrecord.graph.importers.cluster.divided import Divided, write_parts
from onrecord.graph.importers.cluster.workers import Here
from onrecord.graph.importers.discovery import BadImporter
from onrecord.graph.importers.model import Importer
from onrecord.graph.importers.runner import Options, Outcome, Stopped
from onrecord.graph.importers.spool import Spool
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected

pytestmark = pytest.mark.slow

Write = Callable[..., Outcome]


@pytest.fixture(scope="module")
def data(copy_of_built: Callable[[], Path]) -> Path:
    return copy_of_built()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clusters.incidents(tmp_path_factory.mktemp("project"))


@pytest.fixture
def importer(project: Path) -> Importer:
    return discovery.find("incidents", project)


@pytest.fixture
def write(data: Path, project: Path, importer: Importer, tmp_path: Path) -> Write:
    """write(lines): these lines of the register as parts in tmp_path/"parts", a row in a partition, or more."""

    def run(
        lines: Iterable[str], *, strict: bool = False, one: Importer = importer, rows: int = 1
    ) -> Outcome:
        path = tmp_path / "incidents.csv"
        path.write_text("".join(lines), encoding="utf-8")
        settings = Settings(data=data)
        with Ledger.open_read_only(settings) as ledger:
            source = discovery.source("incidents", project)
            work = Divided(ledger, settings, Here(), source, rows, gated=True)
            return write_parts(work, one, [path], tmp_path / "parts", Options(strict=strict))

    return run


def written(folder: Path) -> list[str]:
    """The lines of all parts, in order."""
    return [line for path in sorted(folder.glob("part-*.nq")) for line in path.read_text().splitlines()]


def test_what_is_written_is_what_an_import_of_one_process_brings_into_the_graph(
    write: Write, importer: Importer, tmp_path: Path, copy_of_built: Callable[[], Path]
) -> None:
    outcome = write(clusters.table(60))
    with Ledger.open(Settings(data=copy_of_built())) as ledger:
        runner.run(ledger, importer, [tmp_path / "incidents.csv"], "https://w3id.org/onrecord/")
        graph = importer.graph("https://w3id.org/onrecord/")
        expected = sorted(ledger.export("nquads", graph).read().decode().splitlines())
    assert written(tmp_path / "parts") == expected
    assert (outcome.rows, outcome.quads_added) == (60, len(expected))


def test_the_size_of_partitions_and_the_order_of_rows_change_nothing_but_the_hash_of_the_file(
    write: Write, tmp_path: Path
) -> None:
    header, *lines = clusters.table(30)
    found = []
    for number, (rows, order) in enumerate(((1, lines), (1000, lines), (7, lines[::-1]))):
        write([header, *order], rows=rows)
        found.append([line for line in written(tmp_path / "parts") if "urn:sha256:" not in line])
        (tmp_path / "parts").rename(tmp_path / f"parts{number}")
    assert found[0] == found[1] == found[2]


def test_files_are_cut_by_lines_and_their_sums_are_right(tmp_path: Path) -> None:
    with Spool() as spool:
        spool.say("a", [f"<urn:{n}> <urn:p> <urn:o> <urn:g> ." for n in (3, 1, 5, 2, 4)])
        assert parts.write(spool, tmp_path / "new" / "parts", most=2) == 5
    folder = tmp_path / "new" / "parts"
    assert [path.name for path in sorted(folder.iterdir())] == [
        "SHA256SUMS", "part-00001.nq", "part-00002.nq", "part-00003.nq",
    ]  # fmt: skip
    assert [line[5] for line in written(folder)] == ["1", "2", "3", "4", "5"]
    sums = [line.split() for line in (folder / "SHA256SUMS").read_text().splitlines()]
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for digest, name in sums)
    assert len(sums) == 3


def test_texts_that_are_kept_go_along(tmp_path: Path) -> None:
    with Spool() as spool:
        sha256 = spool.texts.put("Слава Україні")
        parts.write(spool, tmp_path / "parts")
    assert Texts(tmp_path / "parts").get(sha256) == "Слава Україні"


@pytest.mark.parametrize("what", ["a file", "a directory in use"])
def test_what_stands_there_already_is_left_alone(what: str, write: Write, tmp_path: Path) -> None:
    target = tmp_path / "parts"
    if what == "a file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine").touch()
    with pytest.raises(parts.BadDirectory, match="is there already"):
        write(clusters.table(3))
    assert [path.name for path in tmp_path.iterdir()].count("parts") == 1


BAD = "I-x,05/03/2025,1,Region 1,Place,1,1,1,Paper,One person was killed.\n"


def test_bad_rows_are_those_of_one_process_in_the_order_of_lines(
    write: Write, importer: Importer, tmp_path: Path, data: Path
) -> None:
    header, *lines = clusters.table(20)
    rows = [header, *lines[:3], BAD, *lines[3:15], "too,short\n", *lines[15:], BAD.replace("I-x", "I-y")]
    outcome = write(rows)
    assert [(refusal.line, refusal.reason) for refusal in outcome.refused] == [
        (5, "event_date is '05/03/2025', which is no date such as 2025-03-05"),
        (18, "has 2 cells, and the table 10 columns: mend the row"),
        (24, "event_date is '05/03/2025', which is no date such as 2025-03-05"),
    ]
    with Ledger.open(Settings(data=data)) as ledger:
        alone = runner.run(
            ledger,
            importer,
            [tmp_path / "incidents.csv"],
            "https://w3id.org/onrecord/",
            Options(dry_run=True),
        )
    assert alone.refused == outcome.refused


def test_strict_names_the_first_bad_row_and_writes_nothing(write: Write, tmp_path: Path) -> None:
    header, *lines = clusters.table(20)
    with pytest.raises(Stopped, match=r"incidents\.csv:5: event_date is"):
        write([header, *lines[:3], BAD, *lines[3:], "too,short\n"], strict=True)
    assert not (tmp_path / "parts").exists()
    assert not list(tmp_path.glob(".tmp-*"))


def test_what_the_shapes_refuse_is_not_written_and_the_report_is_that_of_one_process(
    write: Write, importer: Importer, tmp_path: Path, copy_of_built: Callable[[], Path]
) -> None:
    header, *lines = clusters.table(20)
    wrong = [line.replace(",0,0,", ",9,9,") for line in lines]  # at least 9, at most 2
    with pytest.raises(Rejected) as divided_:
        write([header, *wrong])
    assert not (tmp_path / "parts").exists()
    with Ledger.open(Settings(data=copy_of_built())) as ledger, pytest.raises(Rejected) as alone:
        runner.run(ledger, importer, [tmp_path / "incidents.csv"], "https://w3id.org/onrecord/")
    # One process derives before it asks the shapes, and names graph/derived as a graph that describes the claims too.
    found, expected = (
        [replace(result, source=None) for result in error.value.report.results] for error in (divided_, alone)
    )
    assert found == expected
    assert len(found) == 3


def test_rows_of_two_partitions_that_say_different_things_of_one_are_refused(
    write: Write, importer: Importer, tmp_path: Path
) -> None:
    header, *lines = clusters.table(4)
    twice = lines[0].replace("Place 0", "Another place")
    with pytest.raises(BadImporter, match=r"two partitions describe <.*incidents-i-0>"):
        write(
            [header, *lines, twice], one=replace(importer, together=lambda _: lambda row: [row["location"]])
        )
    assert not (tmp_path / "parts").exists()


def test_a_thing_that_is_described_elsewhere_is_left_as_it_is_there(write: Write, tmp_path: Path) -> None:
    write(clusters.table(3))
    about = {line.split()[0] for line in written(tmp_path / "parts")}
    assert "<https://w3id.org/onrecord/place/region-1>" in about
    assert "<https://w3id.org/onrecord/place/ukraine>" not in about  # the seeds describe it


def test_without_a_graph_it_says_how_to_make_one(importer: Importer, tmp_path: Path) -> None:
    with pytest.raises(OnrecordError, match="onrecord build"):
        Ledger.open_read_only(Settings(data=tmp_path / "nothing"))
