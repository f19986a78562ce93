"""What the production server loads: `granian --interface wsgi --factory onrecord.api.wsgi:create`.

A factory, because the ledger has to be opened in the process that answers, once, and not where this is imported.
"""

from __future__ import annotations

import ctypes
import signal
import sys

from flask import Flask

from onrecord.api import create_app
from onrecord.api.operations import log_to_stderr
from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings


def create() -> Flask:
    """The application over the ledger that the ONRECORD_… variables lead to. Says on stderr where it answers."""
    _end_with_the_supervisor()
    settings = Settings.read()
    log_to_stderr(access=settings.access_log)
    try:
        ledger = Ledger.open(settings)
    except OnrecordError as error:
        sys.exit(f"Error: {error}")
    (size,) = ledger.rows("SELECT (COUNT(*) AS ?quads) WHERE { GRAPH ?graph { ?s ?p ?o } }")
    print(
        f"onrecord serves http://{settings.host}:{settings.port}/ "
        f"({int(size['quads'].value):,} quads in {len(ledger.graph_names())} graphs, version {ledger.version}, "
        f"from {settings.data})",
        file=sys.stderr,
        flush=True,
    )
    return create_app(ledger, settings)


def _end_with_the_supervisor() -> None:
    # Left behind by a supervisor that was killed, this process would go on holding the data directory.
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
