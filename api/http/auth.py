"""Who may write: a bearer token, known by its hash to graph/tokens.py, with the scopes it was made with.

Tokens travel in the Authorization header alone: one in an address would end up in logs and histories. There are no
cookies and no passwords, so no other site can write in the name of somebody's browser.
"""

from __future__ import annotations

import re
from typing import Final, cast

from flask import current_app, g, request

from onrecord.api.http.context import settings
from onrecord.api.http.problems import BadRequest
from onrecord.graph.tokens import Tokens

KEY: Final = "onrecord.tokens"
"""Where an application keeps its tokens, among its extensions."""

_BEARER: Final = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)
_LONGEST_REASON: Final = 500
_REALM: Final = 'Bearer realm="onrecord"'


def require(scope: str) -> str:
    """The name of the token the request carries. 401 where it carries none that is known, 403 without the scope."""
    header = request.headers.get("Authorization")
    if header is None:
        raise BadRequest(
            401,
            "Writing needs a token: send it as `Authorization: Bearer …`. Whoever runs this service makes one with "
            f"`onrecord token create NAME --scope {scope}`.",
            WWW_Authenticate=_REALM,
        )
    found = _BEARER.fullmatch(header.strip())
    holder = None if found is None else _tokens().holder(found[1])
    if holder is None:
        raise BadRequest(
            401,
            "The token is not known here, or was revoked: check that it is whole, or ask whoever runs this service for another.",
            WWW_Authenticate=f'{_REALM}, error="invalid_token"',
        )
    if not holder.opens(scope):
        raise BadRequest(
            403,
            f"The token of {holder.name} does not open this: it needs the scope `{scope}`.",
            WWW_Authenticate=f'{_REALM}, error="insufficient_scope", scope="{scope}"',
        )
    g.author = holder.name
    return holder.name


def reason() -> str:
    """What the client says the write is for, to stand in the history; the header is Onrecord-Message."""
    text = request.headers.get("Onrecord-Message", "").encode("latin-1", "replace").decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_REASON]


def _tokens() -> Tokens:
    found = current_app.extensions.setdefault(KEY, Tokens(settings()))
    return cast("Tokens", found)
