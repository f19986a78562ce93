"""What a request carries: the parameters of its address or form, and its body. BadRequest says what is wrong with them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from flask import Response, after_this_request, request
from werkzeug.exceptions import RequestEntityTooLarge

from onrecord.api.http.context import held, ledger, settings
from onrecord.api.http.problems import BadRequest, too_long
from onrecord.api.http.proxies import group
from onrecord.api.memory.held import RETRY_AFTER

_MOST_PARAMETERS: Final = 200
_LAST_PAGE: Final = 100_000
_GZIP: Final = 31

Parameters = Mapping[str, Sequence[str]]
"""Names of parameters and all values given for each."""


def version_wanted(given: Parameters) -> int | None:
    """The number in `version`, None where there is none."""
    version = sole(given, "version")
    if version is not None and not re.fullmatch(r"[0-9]{1,12}", version):
        raise BadRequest(
            400, f"version={version} is not the number of a version, such as {ledger().version}."
        )
    return None if version is None else int(version)


def parameters(raw: bytes) -> dict[str, list[str]]:
    """Parameters and their values. Anything but UTF-8 is refused: a query with replaced letters asks something else."""
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except UnicodeDecodeError:
        raise BadRequest(
            400, "The parameters are not in UTF-8: encode them so, then percent-encode."
        ) from None
    except ValueError:
        raise BadRequest(400, f"There are more than {_MOST_PARAMETERS} parameters.") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def sole(given: Parameters, name: str) -> str | None:
    """The value of a parameter that may be given once."""
    values = given.get(name, ())
    if len(values) > 1:
        raise BadRequest(400, f"The parameter `{name}` is given {len(values)} times: give it once.")
    return values[0] if values else None


def given_of(known: Sequence[str]) -> dict[str, str]:
    """The parameters of this request's address, each given once. BadRequest for one that is not among the known ones."""
    given = parameters(request.query_string)
    unknown = sorted(given.keys() - set(known))
    if unknown:
        raise BadRequest(
            400, f"There is no parameter `{unknown[0][:50]}` here: there are {', '.join(known)}."
        )
    return {name: value for name in given if (value := sole(given, name)) is not None}


def page_number() -> int:
    """The number in `page`, from 1; 1 where there is none."""
    text = request.args.get("page", "1")
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= _LAST_PAGE:
        raise BadRequest(
            400, f"page={text[:20]} is not the number of a page: give a whole number from 1 to {_LAST_PAGE}."
        )
    return int(text)


def body(*limits: str) -> bytes:
    """The body, whole, up to the largest of these settings in KiB.

    One sent in chunks is cut at the limit without a word, and half a query may still be a query.
    """
    name = max(limits, key=lambda limit: int(getattr(settings(), limit)))
    limit = int(getattr(settings(), name)) << 10
    request.max_content_length = limit
    _hold(limit if request.content_length is None else min(request.content_length, limit))
    try:
        received = request.get_data()
    except RequestEntityTooLarge:
        raise BadRequest(413, too_long(name)) from None
    if len(received) >= limit:
        raise BadRequest(413, too_long(name))
    if len(received) < (request.content_length or 0):
        # The server passes on what came before the connection broke as if that were all, and half an update may be one.
        raise BadRequest(
            400, f"The body broke off after {len(received)} of {request.content_length} bytes: send it again."
        )
    return received


def unpacked(sent: bytes, limit: str) -> bytes:
    """A body, unpacked where it came packed with gzip, up to this setting in KiB. 415 for another packing."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return sent
    if encoding not in ("gzip", "x-gzip"):
        raise BadRequest(
            415,
            f"The body is compressed ({encoding}): send it as it is, or with gzip.",
            Accept_Encoding="identity, gzip",
        )
    most = int(getattr(settings(), limit)) << 10
    _hold(most)
    content = bytearray()
    while sent:
        unpacker = zlib.decompressobj(_GZIP)
        try:
            # A byte more tells that there is more. A few bytes may unpack to more than there is room for.
            content += unpacker.decompress(sent, most + 1 - len(content))
        except zlib.error as error:
            raise BadRequest(400, f"The body is no gzip, which it is said to be: {error}.") from None
        if len(content) > most:
            raise BadRequest(413, too_long(limit))
        if not unpacker.eof:
            raise BadRequest(400, "The body breaks off before the end of its gzip: send it again.")
        sent = unpacker.unused_data
    return bytes(content)


def _hold(size: int) -> None:
    """Count so many bytes as held for the client until the request is answered."""
    room, client = held(), group(request.remote_addr or "")
    taken = room.take(client, size)
    if taken is None:
        raise BadRequest(503, room.message(), Retry_After=RETRY_AFTER)

    def give_back(response: Response) -> Response:
        room.give_back(client, taken)
        return response

    after_this_request(give_back)


def refuse_unmeasured() -> None:
    """411 to a write that is sent in chunks: a broken connection would look like its end."""
    if "Transfer-Encoding" in request.headers:
        raise BadRequest(
            411,
            "What is to be written came in chunks, which may break off unnoticed: send it with a Content-Length.",
        )


def refuse_encoded() -> None:
    """415 to a compressed body: its size is not known before it is expanded, so none is taken."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise BadRequest(
            415, f"The body is compressed ({encoding}): send it as it is.", Accept_Encoding="identity"
        )
