"""Give each requirement of a lock the marker that pyproject.toml has for it: pip-compile leaves some out, as they are for this machine.

`python .ci/markers.py requirements.lock`, as `make lock` does.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement


def marked(pyproject: str) -> Iterator[Requirement]:
    """The requirements of a project that are for some machines only, those of its extras among them."""
    project = tomllib.loads(pyproject)["project"]
    for group in (project["dependencies"], *project["optional-dependencies"].values()):
        yield from (one for one in map(Requirement, group) if one.marker is not None)


def with_markers(lock: str, pyproject: str) -> str:
    """The lock, each requirement with the marker that the project has for it."""
    for one in marked(pyproject):
        pin = rf"(?m)^({re.escape(one.name)}==[^ ;\n]+)[^\\\n]*"
        lock = re.sub(pin, lambda found, one=one: f"{found[1]} ; {one.marker} ", lock)
    return lock


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(with_markers(path.read_text(), Path("pyproject.toml").read_text()))
