"""The networks that were asked for last, so that the page, its data and each of its formats do not work one out again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import Final, cast

from flask import current_app

from onrecord.api.http.context import ledger
from onrecord.graph.questions.deadline import Deadline
from onrecord.graph.questions.network.asked import Wanted
from onrecord.graph.questions.network.shown import Network, network

KEY: Final = "onrecord.networks"
"""Where an application keeps them, among its extensions."""
_KEPT: Final = 8
_LARGEST: Final = 10_000
"""How many pieces of evidence a network that is kept may hold, some ten MB."""


class _Kept:
    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._networks: OrderedDict[object, Network] = OrderedDict()

    def get(self, key: object) -> Network | None:
        with self._turn:
            found = self._networks.get(key)
            if found is not None:
                self._networks.move_to_end(key)
            return found

    def put(self, key: object, found: Network) -> None:
        if sum(len(edge.because) for edge in found.edges) > _LARGEST:
            return
        with self._turn:
            self._networks[key] = found
            while len(self._networks) > _KEPT:
                self._networks.popitem(last=False)


def shown(source: Deadline, asked: Wanted, evidence: int | None, languages: tuple[str, ...] = ()) -> Network:
    """The network asked for, worked out once for each version, question, number of pieces of evidence and reader's languages."""
    kept = cast("_Kept", current_app.extensions.setdefault(KEY, _Kept()))
    version = ledger().version if asked.version is None else asked.version
    plain = replace(asked, colour="", version=None)
    key = version, ledger().commit_id(version), plain, evidence, languages
    found = kept.get(key)
    if found is None:
        found = network(source, asked, evidence=evidence)
        # A commit that came meanwhile may be in some of it.
        if asked.version is not None or ledger().version == version:
            kept.put(key, found)
    return replace(found, wanted=replace(found.wanted, colour=asked.colour, version=asked.version))
