"""If-Match and If-None-Match on writes: nobody overwrites what they have not seen.

The tags given out name a version of the whole graph and its commit, and so a condition is held against these: it may
refuse where only another part has changed, and never lets a lost update through, also not one made for another graph that
has come to the same number. The version goes along to the ledger, which checks it
again while it holds the lock.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from flask import request
from werkzeug.datastructures import ETags

from onrecord.api.http.answers import commit_mark
from onrecord.api.http.context import ledger
from onrecord.api.http.problems import BadRequest

_TAG: Final = re.compile(r"(\d{1,12})(?:-(?:([0-9a-f]{12})-)?.*)?")


def expected_version(current: int, exists: Callable[[], bool]) -> int | None:
    """The version the graph has to be at still when the write is made, None where the client set no condition.

    412 where a condition fails already; `exists` tells whether there is something at the address, for `*`.
    """
    expected = _if_match(current, exists)
    held = request.if_none_match
    if held.star_tag:
        if exists():
            raise BadRequest(
                412, "There is a graph of that name already (If-None-Match: *): nothing was changed."
            )
        return current
    if _names(held, current):
        raise BadRequest(
            412, f"The graph is still at version {current} (If-None-Match): nothing was changed."
        )
    return expected


def _if_match(current: int, exists: Callable[[], bool]) -> int | None:
    if "If-Match" not in request.headers:
        return None
    wanted = request.if_match
    if wanted.star_tag:
        if not exists():
            raise BadRequest(412, "There is no graph of that name (If-Match: *): nothing was changed.")
        return current
    if not _read(wanted):
        raise BadRequest(400, 'If-Match names no version: send the ETag of an answer, such as "12", or *.')
    if not _names(wanted, current):
        meant = " or ".join(f'"{tag}"' for tag in sorted(wanted.as_set(include_weak=True)))[:200]
        raise BadRequest(
            412,
            f"The graph is at version {current} by now, and not as it was at {meant} (If-Match): read it again, and repeat "
            "the change on what you find.",
        )
    return current


def _read(tags: ETags) -> set[tuple[int, str | None]]:
    """The versions that tags name, with the marks of their commits. Weak ones count: versions are compared, not bytes."""
    found = [_TAG.fullmatch(tag) for tag in tags.as_set(include_weak=True)]
    return {(int(match[1]), match[2]) for match in found if match}


def _names(tags: ETags, version: int) -> bool:
    """Whether a tag names this version: by its number alone, as people write it, or with the mark of its commit."""
    return not {(version, None), (version, commit_mark(ledger().commit_id(version)))}.isdisjoint(_read(tags))
