"""Makes docs/settings.md from the table of settings (graph/settings.py).

`make docs` writes the file; a test compares the two.
"""

from __future__ import annotations

from typing import Final

from onrecord.graph.settings import table

_HEAD: Final = """# Settings

Each is an environment variable. Some are options of a command as well (`onrecord serve --help`), and an option wins. A `.env`
file is not read. `onrecord --help` and the page `/about` say the same as this page.

| variable | default | meaning |
|---|---|---|
"""


def document() -> str:
    """The whole of docs/settings.md."""
    return _HEAD + "".join(f"| `{name}` | `{default}` | {help_} |\n" for name, default, help_ in table())


if __name__ == "__main__":
    print(document(), end="")
