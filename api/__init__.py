"""The Flask application: SPARQL protocol, linked data, exports and pages. Holds no graph logic."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from flask import Flask

from onrecord.graph.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from onrecord.graph.ledger import Ledger


def create_app(ledger: Ledger | None = None, settings: Settings | None = None) -> Flask:
    """The application over a ledger: the one given, or the one the settings lead to, closed when the process ends.

    Without settings they are read from the ONRECORD_… variables.
    """
    from onrecord.api import openapi  # noqa: PLC0415 - so that `import onrecord.api` alone stays next to nothing
    from onrecord.api.data import description, exports, history, linkeddata  # noqa: PLC0415 - so that `import onrecord.api` alone stays next to nothing
    from onrecord.api.http import asking, cache, context, headers, logs, metrics, problems, proxies, ratelimit  # noqa: PLC0415 - so that `import onrecord.api` alone stays next to nothing
    from onrecord.api.pages import filters, routes  # noqa: PLC0415 - so that `import onrecord.api` alone stays next to nothing
    from onrecord.api.sparql import endpoint, shortcut, store  # noqa: PLC0415 - so that `import onrecord.api` alone stays next to nothing

    settings = settings or Settings.read()
    if ledger is None:
        from onrecord.graph.ledger import Ledger  # noqa: PLC0415 - a caller who brings a ledger need not load it

        ledger = Ledger.open(settings)
        atexit.register(ledger.close)

    app = Flask(__name__)
    app.url_map.strict_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.request_kilobytes * 1024
    # Addresses of static files carry a fingerprint of their content, so a browser may keep what it has.
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 365 * 24 * 3600
    kept = cache.Cache(settings.cache_megabytes << 20)
    metrics.install(app, ledger, kept)
    ways = asking.Asking(ledger, kept, metrics.of(app))
    context.attach(app, settings, ways)
    for part in (logs, headers, problems, filters):
        part.install(app)
    ratelimit.install(app, settings)
    for room in (endpoint, store, exports, description, history, openapi, logs, routes, linkeddata):
        app.register_blueprint(room.blueprint)
    application: WSGIApplication = app.wsgi_app
    if not settings.client_requests:
        # (a limit on requests is kept by Flask's way in)
        application = shortcut.Shortcut(application, ways, (settings.cache_megabytes << 20) // 4)
    trusted = proxies.networks(settings.trusted_proxies)
    app.wsgi_app = proxies.behind(application, trusted)  # type: ignore[method-assign,assignment]  # where Flask wants it
    return app
