"""What every request needs at hand: the ledger it asks and the settings it runs under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, current_app

if TYPE_CHECKING:
    from onrecord.graph.ledger import Ledger
    from onrecord.graph.settings import Settings

_KEY = "onrecord"


@dataclass(frozen=True, slots=True)
class Service:
    """One application's ledger and settings."""

    ledger: Ledger
    settings: Settings


def attach(app: Flask, ledger: Ledger, settings: Settings) -> None:
    """Give an application its ledger and settings."""
    app.extensions[_KEY] = Service(ledger, settings)


def ledger() -> Ledger:
    """The ledger of the application that answers this request."""
    return _service().ledger


def settings() -> Settings:
    """The settings of the application that answers this request."""
    return _service().settings


def _service() -> Service:
    found: Service = current_app.extensions[_KEY]
    return found
