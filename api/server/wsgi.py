"""What the production server loads: `granian --interface wsgi --factory onrecord.api.server.wsgi:create`.

A factory, because the ledger has to be opened in the process that answers, once, and not where this is imported.
"""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
from typing import TYPE_CHECKING, Final

from flask import Flask

from onrecord.api.app import create_app
from onrecord.api.http.logs import log_to_stderr
from onrecord.api.server.granian import connections, take_signals
from onrecord.api.server.slow_clients import SlowClients
from onrecord.api.server.sockets import Watched
from onrecord.graph import scheduling
from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance.replication import Follower
from onrecord.graph.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_PR_SET_PDEATHSIG: Final = 1
_SWITCH_SECONDS: Final = 0.001
"""After so long a thread that computes lets another one run that waits: a small request beside a large page waits so long at
each of its steps. Python's own 5 ms are longer than most requests take."""
_PLACES: Final = 16
"""Requests that are worked on at once beside all those that may wait for a reader or for their turn to write."""


def create() -> Flask:
    """The application over the ledger that the ONRECORD_… variables lead to. Says on stderr where it answers."""
    # Left behind by a supervisor that was killed, this process would go on holding the data directory.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # A worker that is not forked inherits what its supervisor blocks, but not what unblocks it.
    take_signals()
    sys.setswitchinterval(_SWITCH_SECONDS)
    scheduling.run_when_woken()
    settings = Settings.read()
    log_to_stderr(access=settings.access_log)
    try:
        ledger = Ledger.open(settings)
    except OnrecordError as error:
        sys.exit(f"Error: {error}")
    print(
        f"onrecord serves http://{settings.host}:{settings.port}/ ({_graphs(ledger)}, version {ledger.version}, "
        f"from {settings.data})",
        file=sys.stderr,
        flush=True,
    )
    shared = ledger.about()["shared_network"]
    if shared is not None:
        print(
            f"WARNING: the processes that read strangers' texts cannot be kept from the network here: it is {shared}. Let the "
            "service make user and network namespaces (unshare); ONRECORD_ISOLATION=require refuses to start without.",
            file=sys.stderr,
            flush=True,
        )
    follower = None
    if settings.replica_of:
        follower = Follower(ledger, settings)
        follower.start()
    app = create_app(ledger, settings, follower)
    application: WSGIApplication = app.wsgi_app
    guarded = SlowClients(
        application,
        Watched(settings.port),
        seconds=settings.slow_seconds,
        places=settings.readers + settings.queue + settings.writers + _PLACES,
        most_transfers=max(1, settings.threads // 2),
        connections=connections(settings),
    )
    app.wsgi_app = guarded  # type: ignore[method-assign,assignment]  # where Flask wants it
    guarded.watch()
    # What is here by now stays. Each full collection would look through all of it, and no answer is made meanwhile.
    gc.collect()
    gc.freeze()
    return app


def _graphs(ledger: Ledger) -> str:
    """How many graphs there are. Nothing is counted here that grows with the quads: a start has to end in time."""
    try:
        return f"{len(ledger.graph_names()):,} graphs"
    except OnrecordError as error:
        # Serving is of use all the same: requests are told what is wrong, and the rest of the service works.
        return f"its graphs cannot be listed: {error}"
