"""The commands as a user types them, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys


def onrecord(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `onrecord WORDS…`, with no ONRECORD_… variables but those given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    return subprocess.run(
        [sys.executable, "-m", "onrecord", *words],
        input=stdin, capture_output=True, text=True, timeout=240, env=clean | environment, check=False,
    )  # fmt: skip
