"""The Flask application: SPARQL protocol, linked data, exports and pages. Holds no graph logic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onrecord.api.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    # Loaded on first use: every room of api/ imports this package, and app.py imports every room.
    if name == "create_app":
        from onrecord.api.app import create_app  # noqa: PLC0415

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
