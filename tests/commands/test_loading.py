"""`onrecord load` and what it can be seen by, as they are typed."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from tests.harness.commands import onrecord

pytestmark = pytest.mark.slow

PLAIN = {"ONRECORD_SEEDS": "0", "ONRECORD_SHAPES": "0"}
LINES = "".join(f'<urn:s{n}> <urn:p> "{n}" <urn:g{n % 3}> .\n' for n in range(200))


def test_files_are_loaded_exported_and_verified(tmp_path: Path) -> None:
    data, one, two = str(tmp_path / "data"), tmp_path / "one.nq.gz", tmp_path / "two.ttl"
    one.write_bytes(gzip.compress(LINES.encode()))
    two.write_text("<urn:t> <urn:p> <relative> .")
    done = onrecord("load", str(one), str(two), "--graph", "urn:mine", "--data", data, **PLAIN)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Version 1: 201 quads added, 0 removed.\n")
    again = onrecord("load", str(one), "--data", data, "--no-seeds", "--no-shapes")
    assert "nothing was changed" in again.stderr
    lines = onrecord("export", "--format", "nquads", "--data", data).stdout.splitlines(keepends=True)
    assert sorted(lines) == sorted(
        [*LINES.splitlines(keepends=True), "<urn:t> <urn:p> <urn:relative> <urn:mine> .\n"]
    )
    assert onrecord("verify", data).returncode == 0
    assert onrecord("history", "--data", data).stdout.rstrip().endswith("+201 -0\tLoad one.nq.gz, two.ttl")


def test_what_is_wrong_names_file_and_line_and_loads_nothing(tmp_path: Path) -> None:
    data, good, bad = str(tmp_path / "data"), tmp_path / "good.nq", tmp_path / "bad.nq"
    good.write_text(LINES)
    bad.write_text(LINES + "<urn:s> <urn:p> .\n")
    done = onrecord("load", str(good), str(bad), "--data", data, **PLAIN)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: line 201, column 17: {bad} cannot be read: ")
    assert onrecord("load", str(tmp_path / "none.nq"), "--data", data).stderr.startswith("Error: ")
    assert onrecord("history", "--data", data).stdout == ""


def test_a_table_is_not_an_export_of_the_graph(built: Path) -> None:
    data = str(built)
    table = onrecord("export", "--table", "relations", "--data", data)
    assert table.stdout.startswith("relation,kind,from,")
    assert onrecord("export", "--format", "csv", "--data", data).returncode == 2
    assert onrecord("export", "--table", "claims", "--format", "turtle", "--data", data).returncode == 2
    assert onrecord("export", "--table", "claims", "--current", "--data", data).returncode == 2


def test_what_differs_is_listed(built: Path) -> None:
    lines = onrecord("diff", "0", "--data", str(built)).stdout.splitlines()
    assert {line.split("\t")[0] for line in lines} == {"added"}
    assert len(lines) > 40
    feed = onrecord("diff", "0", "--format", "atom", "--data", str(built)).stdout
    assert feed.startswith(
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
    )
    assert feed.count("<entry>") == len(lines)
    refused = onrecord("diff", "1", "1", "--data", str(built))
    assert (refused.returncode, "no stretch of the history" in refused.stderr) == (1, True)


@pytest.mark.parametrize("sign", ["staging/*/store", "staging/*/rows", "history/000/1.patch*", "snapshots/1"])
def test_a_load_that_is_killed_has_happened_whole_or_not_at_all(sign: str, tmp_path: Path) -> None:
    """Killed as soon as there is a sign of a step; then the next command finds all of it or nothing, and clears up."""
    data, file = tmp_path / "data", tmp_path / "many.nq"
    file.write_text("".join(f'<urn:s{n}> <urn:p> "{n}" <urn:g{n % 3}> .\n' for n in range(30_000)))
    with subprocess.Popen(
        [sys.executable, "-m", "onrecord", "load", str(file), "--data", str(data)],
        env={**os.environ, **PLAIN},
        stderr=subprocess.PIPE,
    ) as process:
        while not any(data.glob(sign)) and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        process.communicate()
    one = tmp_path / "one.nq"
    one.write_text("<urn:after> <urn:p> <urn:o> <urn:g> .\n")
    done = onrecord("load", str(one), "--data", str(data), **PLAIN)
    assert done.returncode == 0, done.stderr
    lines = onrecord("export", "--format", "nquads", "--data", str(data)).stdout.splitlines()
    assert len(lines) in (1, 30_001)
    assert (len(lines) == 30_001) == done.stderr.startswith("Version 2")
    assert not (data / "staging").exists()
    assert onrecord("verify", str(data)).returncode == 0


def test_standard_input_and_pipes_are_read_whole(tmp_path: Path) -> None:
    data, pipe = str(tmp_path / "data"), tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = Thread(target=pipe.write_bytes, args=(gzip.compress(LINES.encode()),))
    writing.start()
    options = ("--format", "nquads", "--data", data)
    done = onrecord("load", str(pipe), "-", *options, stdin="<urn:t> <urn:p> <urn:o> .\n", **PLAIN)
    writing.join()
    assert done.stderr == "Version 1: 201 quads added, 0 removed.\n"
    wrong = onrecord("load", "-", *options, stdin=LINES + "<urn:t> <urn:p> .\n", **PLAIN)
    assert (wrong.returncode, "line 201, column" in wrong.stderr) == (1, True)
    unnamed = onrecord("load", "-", "--data", data, stdin=LINES, **PLAIN)
    assert "- has no suffix that tells its format" in unnamed.stderr
    assert "Name it (--format)" in unnamed.stderr


@pytest.mark.parametrize("graph", ["not an iri", "relative", "<urn:x>", ""])
def test_a_graph_that_is_no_iri_is_told_as_such(graph: str, tmp_path: Path) -> None:
    data, one = str(tmp_path / "data"), tmp_path / "one.ttl"
    one.write_text("<urn:t> <urn:p> <urn:o> .")
    done = onrecord("load", str(one), "--graph", graph, "--data", data, **PLAIN)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"Error: {graph!r} is no absolute IRI, and so names no graph: give one such as" in done.stderr
