"""Which representation a client prefers: content negotiation as RFC 9110, section 12.5.1, has it.

Pure functions over the text of an Accept header. The rules, in the order they bite:

- a media range names one type (`text/csv`), a family (`text/*`) or everything (`*/*`), may carry parameters
  (`text/html;level=3`) and a weight `q` from 0 to 1, 1 where none is given;
- the most specific range that matches an offer decides its weight: exact with parameters, exact, family,
  everything;
- weight 0 means "not acceptable", also where a wider range would let the offer in;
- equal weights are resolved by the server: the offer listed first wins;
- no header, or one without a single readable range, accepts everything.

Four liberties, each because real clients need it. `charset`, `profile` and the `version` of RDF or SPARQL say how the
bytes of a type look, not which type it is: they take no part in matching. All CSV here has a header, so that is
`header=present` whether an offer says it or not. A range that cannot be read is skipped, and the others still count. A
weight that cannot be read makes its range the last resort, since the client did name it.

`q` is the weight wherever it stands. Behind it, parameters that nothing here is offered with extend Accept, as they did in
RFC 7231, and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from onrecord.graph.errors import NotAcceptable

_NAME: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_TYPE = re.compile(rf"\s*({_NAME})/({_NAME})\s*$")
_PARAMETER = re.compile(rf"\s*({_NAME})\s*=\s*({_NAME}|{_QUOTED})\s*$")
_WEIGHT = re.compile(r"\d{0,3}(\.\d*)?$")
_NOT_MATCHED: Final = frozenset({"charset", "profile", "version"})
_OFFERED: Final = frozenset({"header", "dialect"})
_WITH_HEADER: Final = ("text/csv", frozenset({("header", "present")}))
_LAST_RESORT: Final = 0.001

# No browser sends so many; reading on would be work for an attacker.
MAX_ITEMS: Final = 100

PAGE: Final = "text/html"


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One element of an Accept header, or, with weight 1, a media type on offer."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]] = frozenset()
    weight: float = 1.0

    @property
    def specificity(self) -> tuple[int, int]:
        """How narrow the range is; the greater of two decides."""
        return (self.type != "*") + (self.subtype != "*"), len(self.parameters)

    @property
    def implied(self) -> frozenset[tuple[str, str]]:
        """Parameters that hold of this type here, said or not."""
        type_, parameters = _WITH_HEADER
        return parameters if f"{self.type}/{self.subtype}" == type_ else frozenset()

    def covers(self, offer: MediaRange) -> bool:
        """Whether the offer lies in this range."""
        return (
            self.type in ("*", offer.type)
            and self.subtype in ("*", offer.subtype)
            and self.parameters <= offer.parameters | offer.implied
        )


@lru_cache(maxsize=256)
def parse_accept(header: str | None) -> Sequence[MediaRange]:
    """The ranges of an Accept header in its order; what cannot be read as a range is left out.

    At most MAX_ITEMS items are looked at, readable or not. A header is parsed once, however often it is asked about.
    """
    items = islice(_parts(header or "", ","), MAX_ITEMS)
    parsed = (_parse_range(item) for item in items)
    return tuple(one for one in parsed if one is not None)


def quality(offer: str, ranges: Sequence[MediaRange]) -> float:
    """The weight a client gives a media type: 0 is not acceptable; 1 also where the client said nothing."""
    if not ranges:
        return 1.0
    matched = _decisive(offer, ranges)
    return 0.0 if matched is None else matched.weight


def choose(header: str | None, offers: Sequence[str]) -> str | None:
    """The offer the client likes best, the first of equals, or None where none is acceptable."""
    ranges = parse_accept(header)
    best, best_weight = None, 0.0
    for offer in offers:
        weight = quality(offer, ranges)
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


def prefers_page(header: str | None, data: Sequence[str]) -> bool:
    """Whether a person in a browser asks: HTML is named outright and no kind of data on offer is wanted more.

    Browsers name text/html; programs that take anything send `*/*` or nothing, and are better off with data.
    """
    ranges = parse_accept(header)
    page = _decisive(PAGE, ranges)
    if page is None or page.subtype == "*" or page.weight == 0:
        return False
    return all(quality(offer, ranges) <= page.weight for offer in data)


def negotiate(header: str | None, offers: Sequence[str], what: str) -> str:
    """The offer the client likes best; a page, if it is among them, only where it is named outright, or all there is left.

    NotAcceptable names the offers; `what` is the subject of its message.
    """
    if PAGE in offers and prefers_page(header, [offer for offer in offers if offer != PAGE]):
        return PAGE
    chosen = choose(header, offers)
    if chosen is None:
        raise NotAcceptable(
            f"{what} does not come as {(header or '')[:200]}: there is {', '.join(offers)}.", list(offers)
        )
    return chosen


def _decisive(offer: str, ranges: Sequence[MediaRange]) -> MediaRange | None:
    wanted = _parse_range(offer)
    if wanted is None:
        raise ValueError(f"{offer!r} is not a media type, so it cannot be on offer")
    matching = [candidate for candidate in ranges if candidate.covers(wanted)]
    return max(matching, key=lambda candidate: (candidate.specificity, candidate.weight), default=None)


@lru_cache(maxsize=256)
def _parse_range(element: str) -> MediaRange | None:
    head, *rest = islice(_parts(element, ";"), MAX_ITEMS)
    named = _TYPE.match(head)
    if named is None:
        return None
    type_, subtype = named[1].lower(), named[2].lower()
    if type_ == "*" and subtype != "*":
        return None
    weight, parameters = None, set()
    for text in rest:
        parameter = _PARAMETER.match(text)
        if parameter is None:
            continue
        name, value = parameter[1].lower(), _unquoted(parameter[2])
        if name == "q":
            weight = _weight(value) if weight is None else weight
        elif name not in _NOT_MATCHED and (weight is None or name in _OFFERED):
            parameters.add((name, value.lower()))
    return MediaRange(type_, subtype, frozenset(parameters), 1.0 if weight is None else weight)


def _weight(text: str) -> float:
    if not text.strip(".") or _WEIGHT.match(text) is None:
        return _LAST_RESORT
    return min(float(text), 1.0)


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _parts(text: str, separator: str) -> Iterator[str]:
    """The text cut at the separator, but not inside a quoted string, where it is plain text."""
    start, quoted, skip = 0, False, False
    for position, character in enumerate(text):
        if skip:
            skip = False
        elif quoted and character == "\\":
            skip = True
        elif character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            yield text[start:position]
            start = position + 1
    yield text[start:]
