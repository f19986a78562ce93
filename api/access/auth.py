"""Who may write: the holder of a token, known by its hash to graph/files/access_tokens.py, with the scopes it was made with.

Tokens travel in the Authorization header alone: one in an address would end up in logs and histories. Clients that know
nothing but Basic authentication send the token as the password, with any user name.

There are no cookies, so no other site can write in the name of somebody's browser. A browser that was given a password
would send it along with what other sites ask for, and so Basic is not for browsers: they say where a write comes from
(Origin, Sec-Fetch-Site).
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, cast

from flask import current_app, g, request

from onrecord.api.http.context import ledger, settings
from onrecord.api.http.problems import BadRequest
from onrecord.graph.files.access_tokens import AccessTokens

KEY: Final = "onrecord.tokens"
"""Where an application keeps its tokens, among its extensions."""

_BEARER: Final = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)
_LONGEST_REASON: Final = 500
_BASIC: Final = re.compile(r"basic +([A-Za-z0-9+/]+=*)", re.IGNORECASE)
_WRITING: Final = frozenset({"update", "store"})
_REALM: Final = 'realm="onrecord"'
_OF_BROWSERS: Final = ("Origin", "Sec-Fetch-Site")


def require(scope: str) -> str:
    """The name of the token the request carries. 401 where it carries none that is known, 403 without the scope.

    A replica, which takes no changes, says so to everybody.
    """
    if scope in _WRITING and settings().replica_of:
        ledger().check_writable()
    header = request.headers.get("Authorization")
    if header is None:
        raise BadRequest(
            401,
            f"{'Writing' if scope in _WRITING else 'This'} needs a token: send it as `Authorization: Bearer …`, or as the password of Basic authentication. "
            f"Those who run this service make one with `onrecord token create NAME --scope {scope}`.",
            WWW_Authenticate=_challenge(),
        )
    token = _token(header.strip())
    holder = None if token is None else _tokens().holder(token)
    if holder is None:
        raise BadRequest(
            401,
            "The token is not known here, or was revoked: check that it is whole, or ask those who run this service for another.",
            WWW_Authenticate=_challenge(error="invalid_token"),
        )
    if not holder.opens(scope):
        raise BadRequest(
            403,
            f"The token of {holder.name} does not open this: it needs the scope `{scope}`.",
            WWW_Authenticate=_challenge(error="insufficient_scope", scope=scope),
        )
    g.author = holder.name
    return holder.name


def _token(header: str) -> str | None:
    """The token in an Authorization header, None where there is none to be read."""
    bearer, basic = _BEARER.fullmatch(header), _BASIC.fullmatch(header)
    if bearer is not None or basic is None:
        return None if bearer is None else bearer[1]
    if _from_browser():
        raise BadRequest(
            403,
            "Basic authentication is not taken from browsers, which would send the password for other sites too: send the "
            "token as `Authorization: Bearer …`.",
        )
    try:
        pair = base64.b64decode(basic[1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return pair.partition(":")[2]


def _challenge(**parameters: str) -> str:
    """What is taken, for WWW-Authenticate; a browser that is offered Basic would ask for a name and a password."""
    more = "".join(f', {name}="{value}"' for name, value in parameters.items())
    basic = "" if _from_browser() else f', Basic {_REALM}, charset="UTF-8"'
    return f"Bearer {_REALM}{more}{basic}"


def _from_browser() -> bool:
    return any(name in request.headers for name in _OF_BROWSERS)


def reason() -> str:
    """What the client says the write is for, to stand in the history; the header is Onrecord-Message."""
    text = request.headers.get("Onrecord-Message", "").encode("latin-1", "replace").decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_REASON]


def _tokens() -> AccessTokens:
    found = current_app.extensions.setdefault(KEY, AccessTokens(settings()))
    return cast("AccessTokens", found)
