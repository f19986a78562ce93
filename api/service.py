"""What every request needs at hand: the ledger it asks, the settings it runs under, the answers that are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, current_app

if TYPE_CHECKING:
    from onrecord.api.cache import Cache
    from onrecord.graph.ledger import Ledger
    from onrecord.graph.settings import Settings

_KEY = "onrecord"


@dataclass(frozen=True, slots=True)
class Service:
    """One application's ledger, settings and kept answers."""

    ledger: Ledger
    settings: Settings
    cache: Cache


def attach(app: Flask, ledger: Ledger, settings: Settings, cache: Cache) -> None:
    """Give an application its ledger, its settings and room for answers."""
    app.extensions[_KEY] = Service(ledger, settings, cache)


def ledger() -> Ledger:
    """The ledger of the application that answers this request."""
    return _service().ledger


def settings() -> Settings:
    """The settings of the application that answers this request."""
    return _service().settings


def cache() -> Cache:
    """The answers that the application keeps."""
    return _service().cache


def _service() -> Service:
    found: Service = current_app.extensions[_KEY]
    return found
