"""Reads a page as a browser would, as far as the tests need it."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "img", "br", "hr", "input"})
INLINE = frozenset({"a", "b", "i", "q", "span", "code", "mark", "strong", "time"})


class Page(HTMLParser):
    """The elements of a page, its attributes and visible text; `unclosed` where its tags do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._texts: list[str] = []
        self.misnested: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        self._texts.append("" if tag in INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.misnested.append(tag)
        self._texts.append("" if tag in INLINE else " ")

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def unclosed(self) -> list[str]:
        return self.misnested + self._open

    def values(self, attribute: str, tag: str | None = None) -> list[str]:
        return [
            found[attribute] for name, found in self.elements if attribute in found and tag in (None, name)
        ]

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)

    @property
    def strange_scripts(self) -> list[dict[str, str]]:
        """The script elements that are not one of the bundled files."""
        return [
            found
            for name, found in self.elements
            if name == "script" and not found.get("src", "").startswith("/static/dist/")
        ]
