"""deploy/: the image and the unit install what the lock names, and the unit is one that systemd takes."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "deploy" / "requirements.lock").read_text()
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
UNIT = ROOT / "deploy" / "onrecord.service"


def test_a_server_installs_what_was_tested_with_a_hash_for_each() -> None:
    tested = dict(PIN.findall((ROOT / "requirements.lock").read_text()))
    served = dict(PIN.findall(LOCK))
    assert served.items() <= tested.items()
    assert all(
        "--hash=sha256:" in entry for entry in re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    assert {re.split("[<>=]", name)[0].lower() for name in wanted} <= served.keys()
    assert not {"pytest", "mypy", "ruff"} & served.keys()


@pytest.mark.parametrize("lock", ["requirements.lock", "deploy/requirements.lock"])
def test_what_is_for_some_machines_only_is_locked_for_those(lock: str) -> None:
    """Else a machine for which there is no such package, as Linux on ARM, could not install the rest."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    every = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    lines = [line.strip("\\ ") for line in (ROOT / lock).read_text().splitlines() if PIN.match(line)]
    locked = {one.name: one.marker for one in map(Requirement, lines)}
    wanted = {one.name: one.marker for one in map(Requirement, every) if one.marker is not None}
    assert "shacl" in wanted
    assert {name: locked[name] for name in wanted if name in locked} == wanted
    marker = locked["shacl"]
    assert marker is not None
    assert not marker.evaluate({"sys_platform": "linux", "platform_machine": "aarch64"})


def test_the_image_is_built_from_the_lock_of_files_that_are_sent_and_runs_as_nobody_else() -> None:
    lines = (ROOT / "deploy" / "Dockerfile").read_text().splitlines()
    installing = [line for line in lines if " install " in line]
    assert installing
    assert all(
        "--require-hashes" in line or {"--no-index", "--no-deps"} <= set(line.split()) for line in installing
    )
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [name for name in sent if not (ROOT / name).exists()] == []
    links = [link.readlink().name for link in (ROOT / "src" / "onrecord").iterdir() if link.is_symlink()]
    assert {*links, "src", "pyproject.toml", "README.md", "deploy/requirements.lock"} <= set(sent)


def test_the_unit_sets_each_limit_once_and_lets_a_killed_reader_be_replaced() -> None:
    unit = configparser.ConfigParser(interpolation=None)  # strict: what is set twice is an error
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    service = unit["Service"]
    assert {"MemoryMax", "TasksMax", "SystemCallFilter", "CapabilityBoundingSet"} <= service.keys()
    # Otherwise systemd ends the service when the system kills one reader for want of memory.
    assert service["OOMPolicy"] == "continue"
    # The processes that read strangers' texts leave the network by these.
    assert service["RestrictNamespaces"].split() == ["user", "net"]


def test_systemd_takes_the_unit() -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    found = subprocess.run([analyze, "verify", str(UNIT)], check=False, capture_output=True, text=True).stderr
    complaints = [line for line in found.splitlines() if "onrecord.service" in line]
    assert [line for line in complaints if "is not executable" not in line] == []
