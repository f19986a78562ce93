"""Requests between processes: one class each, which travels as the header of a frame, its `body` as the bytes beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from onrecord.graph.errors import EngineFailure

Request = TypeVar("Request")


class Codec(Generic[Request]):
    """The requests that one kind of child takes, NamedTuples of what JSON can hold, as frames and back.

    Sequences arrive as lists. What else stands in a header, such as a limit, is not the request's.
    """

    def __init__(self, child: str, *kinds: type[Request]) -> None:
        self._child = child
        # mypy has no bound that says NamedTuple.
        self._kinds: dict[str, Any] = {kind.__name__: kind for kind in kinds}

    def frame(self, request: Request) -> tuple[dict[str, Any], bytes]:
        """The header and the body of a request."""
        fields: Any = request
        values: dict[str, Any] = fields._asdict()
        body: bytes = values.pop("body", b"")
        return {"request": type(request).__name__, **values}, body

    def read(self, header: Mapping[str, Any], body: bytes = b"") -> Request:
        """The request that was sent with this header and body; EngineFailure for one that is unknown here."""
        kind = self._kinds.get(header["request"])
        if kind is None:
            raise EngineFailure(f"the {self._child} knows no request called {header['request']!r}")
        request: Request = kind(**{name: body if name == "body" else header[name] for name in kind._fields})
        return request
