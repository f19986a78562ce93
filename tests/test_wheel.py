"""What a user gets from the package: a wheel in an empty environment serves the graph."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]


DIST = Path("api", "static", "dist")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked files, so that nothing left lying about gets into what is built of it."""
    source = tmp_path_factory.mktemp("source")
    files = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    packed = subprocess.run(
        ["tar", "--null", "--no-recursion", "-T", "-", "-cf", "-"],
        cwd=ROOT,
        input=files.stdout,
        capture_output=True,
        check=True,
    )
    subprocess.run(["tar", "-xf", "-"], cwd=source, input=packed.stdout, check=True)
    return source


def _build(source: Path, out: Path, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)],
        capture_output=True, text=True, check=False, timeout=300, env={**os.environ, "PATH": path},
    )  # fmt: skip


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel with the scripts that `make scripts` bundled."""
    if not (ROOT / DIST / "manifest.json").exists():
        pytest.skip("the pages' scripts are not bundled here: `make scripts` needs npm and its registry")
    bundled = shutil.copytree(source, tmp_path_factory.mktemp("bundled") / "source", symlinks=True)
    shutil.copytree(ROOT / DIST, bundled / DIST)
    out = tmp_path_factory.mktemp("wheel")
    done = _build(bundled, out, os.environ["PATH"])
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.whl")
    return built


def test_there_is_no_wheel_without_the_scripts_of_its_pages(source: Path, tmp_path: Path) -> None:
    done = _build(source, tmp_path, str(tmp_path))
    assert done.returncode != 0
    assert "manifest.json is missing" in done.stdout + done.stderr
    assert "Install npm" in done.stdout + done.stderr
    assert list(tmp_path.glob("*.whl")) == []


def test_the_wheel_holds_one_package_with_its_data_and_both_licences(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"onrecord"}
    for needed in (
        "onrecord/ontology/onrecord.ttl",
        "onrecord/ontology/context.jsonld",
        "onrecord/ontology/vocab/measures.ttl",
        "onrecord/shapes/claim.ttl",
        "onrecord/seeds/reference/actors.yaml",
        "onrecord/seeds/documents/kyiv-independent-2025-08-28/record.yaml",
        "onrecord/graph/relations/struck.rq",
        "onrecord/graph/disputes/target-kinds.rq",
        "onrecord/py.typed",
    ):
        assert needed in names
    assert sum(name.endswith(("licenses/LICENSE", "licenses/LICENSE-DATA")) for name in names) == 2
    assert any(name.endswith(".html") for name in names)
    assert any(name.endswith(".css") for name in names)
    manifest = json.loads(zipfile.ZipFile(wheel).read("onrecord/api/static/dist/manifest.json"))
    for file in ("LICENSES.txt", *(entry["file"] for entry in manifest.values())):
        assert f"onrecord/api/static/dist/{file}" in names
    # Sources and what npm brought for them stay behind.
    assert [name for name in names if name.startswith("onrecord/api/scripts")] == []


def test_the_wheel_serves_the_graph_from_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ONRECORD_", "PYTHON", "VIRTUAL"))
    }
    python = tmp_path / "venv" / "bin" / "python"
    # Without a pip of its own, and nothing compiled that is not used, it is there in a third of the time.
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True, env=environment
    )
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile"]
    subprocess.run(
        [*install, "--constraint", str(_locked(tmp_path)), str(wheel)],
        check=True, capture_output=True, timeout=600, env=environment,
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(python.with_name("onrecord")),
        "serve",
        "--port",
        str(port),
        "--data",
        str(tmp_path / "data"),
    ]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=log) as server,
    ):
        try:
            query = (
                "ASK%7B%3Chttps%3A//w3id.org/onrecord/claim/ki-2025-08-28-killed%3E%20rec%3AatLeast%2021%7D"
            )
            assert _get(f"http://127.0.0.1:{port}/sparql?query={query}", server)["boolean"] is True
        finally:
            server.terminate()
            server.wait(timeout=60)


def _locked(tmp_path: Path) -> Path:
    """The lock as constraints: the same versions, without hashes, which a wheel of our own has none of."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    constraints = tmp_path / "constraints.txt"
    constraints.write_text(
        "\n".join(line.partition(" ")[0] for line in lines if line[:1].isalnum()), encoding="utf-8"
    )
    return constraints


def _get(url: str, server: subprocess.Popen[bytes]) -> dict[str, object]:
    deadline = time.monotonic() + 90
    while True:
        try:
            request = urllib.request.Request(url, headers={"Accept": "application/sparql-results+json"})
            answer: dict[str, object] = json.load(urllib.request.urlopen(request, timeout=60))
        except OSError:
            assert server.poll() is None, "the server ended before it answered"
            assert time.monotonic() < deadline, "the server did not answer in 90 s"
            time.sleep(0.2)
        else:
            return answer
