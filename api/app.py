"""The Flask application, put together from the rooms of api/."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from flask import Flask

from onrecord.api.access import quotas, ratelimit
from onrecord.api.data import (
    citations,
    claims,
    events,
    exports,
    feed_and_sitemap,
    health,
    linkeddata,
    network,
    resolving,
    search,
    service_description,
    texts,
)
from onrecord.api.history import commits, differences, snapshots
from onrecord.api.http import answers, asking, context, headers, logs, metrics, problems, proxies
from onrecord.api.memory import cache, held
from onrecord.api.openapi import document
from onrecord.api.pages import filters, networkpage, routes
from onrecord.api.sparql import endpoint, shortcut, store
from onrecord.graph.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from onrecord.graph.ledger import Ledger
    from onrecord.graph.maintenance.replication import Follower


def create_app(
    ledger: Ledger | None = None, settings: Settings | None = None, follower: Follower | None = None
) -> Flask:
    """The application over a ledger: the one given, or the one the settings lead to, closed when the process ends.

    The follower of a replica says at /ready and in /metrics how far behind it is.

    Without settings they are read from the ONRECORD_… variables.
    """
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
    kept = cache.AnswerCache(settings.cache_megabytes << 20)
    room = held.Held(settings.held_megabytes << 20)
    metrics.install(app, ledger, kept, room, follower, mirrored=bool(settings.store))
    queries = asking.Asking(ledger, kept, metrics.of(app), answers.fingerprint(settings))
    context.attach(app, settings, queries, room, follower)
    for install in (logs.install, headers.install, problems.install, filters.install):
        install(app)
    ratelimit.install(app, settings)
    for part in (
        endpoint,
        store,
        exports,
        service_description,
        commits,
        differences,
        document,
        health,
        routes,
        networkpage,
        claims,
        network,
        events,
        citations,
        texts,
        feed_and_sitemap,
        resolving,
        search,
        snapshots,
        linkeddata,
    ):
        app.register_blueprint(part.blueprint)
    application: WSGIApplication = app.wsgi_app
    if not settings.client_requests:
        # (the limit on requests is kept in Flask, which the shortcut passes by)
        application = shortcut.Shortcut(application, queries, (settings.cache_megabytes << 20) // 4)
    application = quotas.with_answers_held(application, room)
    trusted = proxies.networks(settings.trusted_proxies)
    application = quotas.with_limited_headers(
        quotas.with_bodies_read_on(proxies.behind(application, trusted, settings.proxy_header))
    )
    app.wsgi_app = application  # type: ignore[method-assign,assignment]  # where Flask wants it
    return app
