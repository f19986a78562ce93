"""The whole address of this service, for what is read away from it: previews, feeds, sitemaps, descriptions, citations."""

from __future__ import annotations

from flask import request

from onrecord.api.http.context import settings
from onrecord.api.http.problems import BadRequest
from onrecord.api.http.proxies import HOST


def public_root() -> str:
    """Where the public reaches the service by its settings, without a slash at the end; "" where they do not say."""
    return settings().public_url.rstrip("/")


def root() -> str:
    """The same; where the settings do not say, as the request has it, for what may not stand without a host.

    Anybody may write any Host into a request, so what is answered there is for that request alone. BadRequest where it is
    no name of a host.
    """
    if found := public_root():
        return found
    if not HOST.fullmatch(request.host):
        raise BadRequest(
            400,
            "The request's Host is no name of a host, so that no address can be made of it: send one such as example.org.",
        )
    return request.url_root.rstrip("/")
