"""The program as it is installed, the script `onrecord`, from building a graph to restoring its backup."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.slow

PROGRAM = Path(sys.executable).with_name("onrecord")
LIMIT = 120
ANNA = "id: graph/reference\nactors:\n  - {id: actor/anna, type: Person, label: {en: Anna}}\n"
BORIS = (
    "<https://w3id.org/onrecord/actor/boris> a <https://w3id.org/onrecord/ns#Person> ;\n"
    '  <http://www.w3.org/2000/01/rdf-schema#label> "Boris"@en .\n'
)
NAMES = "SELECT ?name { ?x a rec:Person ; rdfs:label ?name } ORDER BY ?name"


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *words], capture_output=True, text=True, timeout=LIMIT, env=environment(), check=False
    )


def done(*words: str) -> str:
    """What it says on standard output; it has to end with 0."""
    ended = run(*words)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one record, which is in its graph."""
    directory = tmp_path_factory.mktemp("installed") / "project"
    done("init", str(directory))
    (directory / "onrecord.toml").write_text("seeds = false\n", encoding="utf-8")
    (directory / "reference" / "mine.yaml").write_text(ANNA, encoding="utf-8")
    done("build", str(directory))
    return directory


def test_its_help_names_the_commands_and_what_is_no_command_is_told_with_the_likely_one() -> None:
    said = done("--help")
    assert "Usage: onrecord" in said
    for command in ("build", "serve", "load", "export", "backup", "verify", "restore"):
        assert f"\n  {command} " in said
    mistyped = run("exprot")
    assert (mistyped.returncode, mistyped.stdout) == (2, "")
    assert "No such command 'exprot'. Did you mean 'export'?" in mistyped.stderr


def test_what_is_built_is_served_over_http_until_it_is_told_to_end(project: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    words = ("serve", "--project", str(project), "--port", address.partition(":")[2])
    with subprocess.Popen([PROGRAM, *words], env=environment(), stderr=subprocess.DEVNULL) as server:
        try:
            url = f"http://{address}/sparql?query={quote(NAMES)}"
            asked = urllib.request.Request(url, headers={"Accept": "application/sparql-results+json"})
            answer = json.loads(_answered(asked, server))
            assert {row["name"]["value"] for row in answer["results"]["bindings"]} >= {"Anna"}
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(LIMIT) == 0


def _answered(asked: urllib.request.Request, server: subprocess.Popen[bytes]) -> bytes:
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            with urllib.request.urlopen(asked, timeout=LIMIT) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            assert server.poll() is None, "it ended before it answered"
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_file_is_loaded_exported_backed_up_and_there_again_after_a_restore(
    project: Path, tmp_path: Path
) -> None:
    file = tmp_path / "boris.ttl"
    file.write_text(BORIS, encoding="utf-8")
    done("load", str(file), "--project", str(project))
    exported = done("export", "--format", "nquads", "--project", str(project))
    assert (
        '<https://w3id.org/onrecord/actor/boris> <http://www.w3.org/2000/01/rdf-schema#label> "Boris"@en'
        in exported
    )
    done("backup", str(tmp_path / "backup"), "--project", str(project))
    done("verify", str(tmp_path / "backup"))
    done("restore", str(tmp_path / "backup"), "--data", str(tmp_path / "again"))
    again = str(tmp_path / "again")
    assert done("export", "--format", "nquads", "--data", again) == exported
    assert done("query", NAMES, "--data", again).split() == ["name", "Anna", "Boris"]
    dump = tmp_path / "backup" / "graph.nq.gz"
    dump.write_bytes(dump.read_bytes()[:-20])
    harmed = run("verify", str(tmp_path / "backup"))
    assert harmed.returncode == 1
    assert "graph.nq.gz cannot be read" in harmed.stdout


def test_a_mistake_is_told_with_its_place_ends_with_1_and_changes_nothing(
    project: Path, tmp_path: Path
) -> None:
    before = done("export", "--format", "nquads", "--project", str(project))
    file = tmp_path / "cut.ttl"
    file.write_text(BORIS.replace(" .\n", ""), encoding="utf-8")
    ended = run("load", str(file), "--project", str(project))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1].startswith("Error: line 2")
    assert str(file) in ended.stderr
    assert "Traceback" not in ended.stderr
    asked = run("query", "SELECT ?x {", "--project", str(project))
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "Error: line 1, column 11" in asked.stderr
    assert done("export", "--format", "nquads", "--project", str(project)) == before
