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
- `texts/`: the texts that were read. They belong to their publishers and are kept out of the repository; `validate` verifies
  every quotation in them.

A source known only by a quotation needs no text. This is a whole record:

    id: document/evening-paper-2025-09-03/quoted
    type: DocumentVersion
    versionOf: {id: document/evening-paper-2025-09-03, type: Document, label: {en: Evening Paper}, url: "https://example.org/a", publisher: actor/evening-paper, language: en}
    published: 2025-09-03
    readAs: QuotationOnly
    actors:
      - {id: actor/evening-paper, type: NewsOutlet, label: {en: Evening Paper}}
      - {id: actor/fire-service, type: GovernmentBody, label: {en: Fire Service}}
    places:
      - {id: place/harbour, label: {en: The harbour}, latitude: 59.91, longitude: 10.74}
    events:
      - {id: event/harbour-2025-09-03, type: Event, label: {en: Fire in the harbour}, begin: 2025-09-03T00:00:00+02:00, end: 2025-09-04T00:00:00+02:00, datePrecision: Day, place: place/harbour}
    statements:
      - id: statement/fire-service-2025-09-03
        speaker: actor/fire-service
        saidOn: 2025-09-03
        rendering: {evidence: "at least three people were hurt, the Fire Service said"}
        asserts:
          - {id: claim/harbour-injured, concerns: event/harbour-2025-09-03, measure: injured, atLeast: 3, asOfFrom: 2025-09-03T00:00:00+02:00, asOfUntil: 2025-09-04T00:00:00+02:00, evidence: "at least three people were hurt"}

`docs/records.md` of onrecord says what each key means; `onrecord validate` names what is wrong, where, and what to write instead.
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
