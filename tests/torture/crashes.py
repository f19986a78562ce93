"""Kills and power cuts at random moments during commits: what was acknowledged is there, and nothing is in halves."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.torture.run import Run, Scenario, Skipped
from tests.torture.victims import ledgers
from tests.torture.victims.victim import Victim

_WHOM: Final = ("writer", "reader", "launcher", "front", "all")
_SHUTDOWN: Final = 0x8004587D
_WITHOUT_FLUSHING: Final = b"\x02\x00\x00\x00"
_IMAGE_MEGABYTES: Final = 256


def _clean(run: Run, *names: str) -> None:
    for name in names:
        run.count(name, 0)


def kills(run: Run) -> None:
    """Processes of one kind die in each round; after the front's death the whole store is checked."""
    _clean(run, "acknowledged lost", "torn", "unreadable", "children left behind", "unclear refusals")
    _clean(run, "reads refused")
    data = run.scratch / "kills"
    victim: Victim | None = None
    try:
        for round_ in run:
            chance = random.Random(round_)  # noqa: S311  (moments, no secrets)
            victim = victim or Victim(data, run)
            if not victim.wait_for(1 + chance.randrange(3)):
                run.count("stuck")
                run.note(f"round {round_}: no commit in a minute")
            time.sleep(chance.uniform(0, 0.06))
            whom = _WHOM[round_ % len(_WHOM)]
            if whom in {"writer", "all"}:
                run.count("kills", victim.kill(victim.writer))
            if whom in {"reader", "all"}:
                for reader in list(victim.readers):
                    run.count("kills", victim.kill(reader))
            if whom == "launcher":
                run.count("kills", victim.kill(victim.launcher))
            if whom in {"front", "all"}:
                victim.end()
                run.count("kills")
                _look(run, data, victim.acknowledged)
                victim = None
    finally:
        if victim is not None:
            victim.end()


def _look(run: Run, data: Path, acknowledged: int) -> None:
    version, faults = ledgers.faults(data)
    if version < acknowledged:
        run.count("acknowledged lost", acknowledged - version)
        run.note(f"version {acknowledged} was acknowledged, and {version} is there")
    for fault in faults:
        run.count("unreadable" if fault.startswith("unreadable") else "torn")
        run.note(fault)


def powercut(run: Run) -> None:
    """The file system stops in the middle of a commit, as when the power fails: nothing that was not synced is there."""
    _clean(run, "acknowledged lost", "torn", "unreadable", "children left behind")
    image, mount = run.scratch / "powercut.img", run.scratch / "powercut"
    for round_ in run:
        chance = random.Random(round_)  # noqa: S311
        if round_ % 50 == 0 or not image.exists():
            _make(image)
        mount.mkdir(exist_ok=True)
        with _mounted(image, mount):
            victim = Victim(mount / "data", run)
            try:
                victim.wait_for(1 + chance.randrange(3))
                time.sleep(chance.uniform(0, 0.12))
                (mount / "control").write_bytes(bytes(1 << 20))
                _cut(mount)
                run.count("power cuts")
            finally:
                victim.end()
        with _mounted(image, mount):
            # A file that nobody synced must be lost, or the cut was none.
            control = mount / "control"
            run.count("unsynced controls lost", not control.exists() or control.stat().st_size == 0)
            control.unlink(missing_ok=True)
            _look(run, mount / "data", victim.acknowledged)
    shutil.rmtree(mount, ignore_errors=True)
    image.unlink(missing_ok=True)


def _make(image: Path) -> None:
    if os.geteuid() != 0:
        raise Skipped("only root can mount a file system and shut it down")
    if shutil.which("mkfs.ext4") is None:
        raise Skipped("mkfs.ext4 is not installed (e2fsprogs)")
    with image.open("wb") as file:
        file.truncate(_IMAGE_MEGABYTES << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True, capture_output=True)


@contextlib.contextmanager
def _mounted(image: Path, mount: Path) -> Iterator[None]:
    done = subprocess.run(
        ["mount", "-o", "loop", str(image), str(mount)], check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise Skipped(f"loop devices cannot be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        until = time.monotonic() + 60
        while subprocess.run(["umount", str(mount)], check=False, capture_output=True).returncode != 0:
            if time.monotonic() > until:
                raise RuntimeError(f"{mount} stays in use")
            time.sleep(0.02)


def _cut(mount: Path) -> None:
    descriptor = os.open(mount, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.ioctl(descriptor, _SHUTDOWN, _WITHOUT_FLUSHING)
    finally:
        os.close(descriptor)


KILLS: Final = Scenario(
    "kills",
    "kill -9 of writer, readers, the process that forks them and the front during commits",
    rounds=1000,
    short=5,
    body=kills,
    most={
        **dict.fromkeys(("acknowledged lost", "torn", "unreadable"), 0),
        **dict.fromkeys(("children left behind", "unclear refusals", "reads refused"), 0),
    },
    least={"kills": 1, "commits acknowledged": 1},
)
POWERCUT: Final = Scenario(
    "powercut",
    "the power fails during commits (ext4, shut down unflushed)",
    rounds=200,
    short=2,
    body=powercut,
    most=dict.fromkeys(("acknowledged lost", "torn", "unreadable"), 0),
    least={"power cuts": 1, "commits acknowledged": 1, "unsynced controls lost": 1},
)
