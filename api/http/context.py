"""What every request needs at hand: the ledger, the settings, and how queries are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, current_app, g, request

if TYPE_CHECKING:
    from onrecord.api.http.asking import Asking
    from onrecord.api.memory.held import Held
    from onrecord.graph.ledger import Ledger
    from onrecord.graph.maintenance.replication import Follower
    from onrecord.graph.settings import Settings

_KEY = "onrecord"


@dataclass(frozen=True, slots=True)
class Service:
    """One application's ledger, settings, and how its queries are asked."""

    ledger: Ledger
    settings: Settings
    asking: Asking
    held: Held
    follower: Follower | None = None


def attach(
    app: Flask, settings: Settings, asking: Asking, held: Held, follower: Follower | None = None
) -> None:
    """Give an application its settings, and its ledger with the room for answers."""
    app.extensions[_KEY] = Service(asking.ledger, settings, asking, held, follower)


def ledger() -> Ledger:
    """The ledger of the application that answers this request."""
    return _service().ledger


def settings() -> Settings:
    """The settings of the application that answers this request."""
    return _service().settings


def asking() -> Asking:
    """How a query is asked, and its answer kept."""
    return _service().asking


def held() -> Held:
    """What is held for clients by the application that answers this request."""
    return _service().held


def follower() -> Follower | None:
    """What keeps a replica level with the service that it follows; None where this is no replica."""
    return _service().follower


def accept_header() -> str | None:
    """The Accept header. The response to a request of which it was read says that it varies by it (headers.py)."""
    g.varies_by_accept = True
    return request.headers.get("Accept")


def _service() -> Service:
    found: Service = current_app.extensions[_KEY]
    return found
