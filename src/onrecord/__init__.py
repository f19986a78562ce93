"""onrecord: who did what, who said what, and on whose word, as a knowledge graph."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    # Worker processes import this package on every respawn; reading the metadata would double that time.
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415

        return version("onrecord")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
