"""The commands as a user types them, each in a process of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from tests.harness.programs import loaded

_SECONDS = 240.0


def onrecord(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `onrecord WORDS…`, with no ONRECORD_… variables but those given, in a fork of a process that has it loaded."""
    given = _only(environment)
    if not loaded.fits(given):
        return started(*words, stdin=stdin, **environment)
    with contextlib.ExitStack() as theirs, ThreadPoolExecutor(3) as pool:
        pipes = [os.pipe() for _ in range(3)]
        (their_in, our_in), (our_out, their_out), (our_err, their_err) = pipes
        for end in (their_in, their_out, their_err):
            theirs.callback(os.close, end)
        command = loaded.fork(loaded.COMMAND, words, given, [their_in, their_out, their_err])
        theirs.close()
        pool.submit(_write, our_in, stdin)
        said = [pool.submit(_read, end) for end in (our_out, our_err)]
        try:
            status = command.wait(_SECONDS)
        except TimeoutError:
            command.kill()
            raise
        stdout, stderr = (each.result(_SECONDS) for each in said)
    return subprocess.CompletedProcess(["onrecord", *words], status, stdout, stderr)


def started(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The same, by a Python that starts for it."""
    return subprocess.run(
        [sys.executable, "-m", "onrecord", *words],
        input=stdin, capture_output=True, text=True, timeout=_SECONDS, env=_only(environment), check=False,
    )  # fmt: skip


def _only(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")} | dict(
        given
    )


def _read(end: int) -> str:
    with open(end) as stream:
        return stream.read()


def _write(end: int, text: str) -> None:
    with contextlib.suppress(BrokenPipeError), open(end, "w") as stream:
        stream.write(text)
