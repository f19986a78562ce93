"""What a new project begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onrecord.graph.records.project import BadProject

_FILES: Final = {
    "onrecord.toml": """\
# Settings of this project. Every setting of `onrecord --help` may stand here, in lower case and without ONRECORD_; an
# environment variable counts before this file, an option of a command before both.

# Whether the records that come with onrecord, an example about one night of 2025, are part of the graph.
seeds = true

# What the IRIs of your data begin with, such as "https://data.example.org/". It is hard to change later.
base = "https://w3id.org/onrecord/"
""",
    "reference/actors.yaml": """\
# People, institutions, places and whatever else several records speak of. Files may be added and named as you like.
id: graph/reference

actors: []
""",
    "records/README.md": """\
One file for each version of each document that was read: `<slug>.yaml` or `<slug>/record.yaml`.
`onrecord draft URL --text FILE` writes a first one, for a person to check.
""",
    ".gitignore": """\
# The graph, which `onrecord build .` makes from the records.
onrecord-data/
# Texts that were read belong to their publishers.
texts/
""",
    ".github/workflows/check.yml": """\
name: check
on: [push, pull_request]
permissions:
  contents: read
jobs:
  records:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install onrecord
      - run: onrecord validate .
""",
    "README.md": """\
# Records

A project for onrecord: who said what, where, and in which words.

    onrecord draft URL --text texts/article.txt > records/article.yaml    # a first record, for a person to check
    onrecord anchor records/article.yaml --text texts/article.txt         # exact offsets for the words it rests on
    onrecord validate .                                                   # every record, against each other and the shapes
    onrecord build .                                                      # into the graph, as one checked change
    onrecord serve --project .                                            # http://127.0.0.1:8000

- `records/`: one file for each version of a document that was read.
- `reference/`: people, places, weapons and topics that several records speak of.
- `onrecord.toml`: the settings. `seeds = false` leaves out the example records that come with the package.
- `texts/`: the texts that were read. They belong to their publishers and are kept out of the repository.
""",
}
"""Each file's content, by its path in the project."""


def make(root: Path) -> list[Path]:
    """Make a project in a directory that is new or empty; the files made. BadProject where it holds something."""
    try:
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise BadProject(
                f"{root} is there and not an empty directory: choose another; nothing was changed"
            )
        for name, content in _FILES.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BadProject(f"no project can be made at {root} ({error.strerror})") from None
    return [root / name for name in _FILES]
