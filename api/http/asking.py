"""A query put to the ledger, or answered from what is kept; counted either way. Knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.api.http.cache import Cache, is_steady, key

if TYPE_CHECKING:
    from onrecord.api.http.metrics import Metrics
    from onrecord.graph.ledger import Answer, Ledger


@dataclass(frozen=True, slots=True)
class Asking:
    """The ledger that is asked, the answers that are kept, and the figures."""

    ledger: Ledger
    cache: Cache
    metrics: Metrics

    def ask(
        self,
        query: str,
        formats: Mapping[str, str | None],
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        version: int | None = None,
    ) -> Answer:
        """The answer to a query, kept where it may be; the ledger's errors pass through."""
        # Whoever names a version is to hear it when that is no longer kept.
        if self.cache.limit == 0 or version is not None or not is_steady(query):
            return self.anew(query, formats, default_graphs, named_graphs, version)
        wanted = key(query, default_graphs, named_graphs, sorted(formats.items()))
        found = self.cache.get(self.ledger.version, wanted)
        if found is not None:
            self.metrics.answered(found.length, found.rows, kept=True)
            return found
        return self.cache.put(wanted, self.anew(query, formats, default_graphs, named_graphs))

    def anew(
        self,
        query: str,
        formats: Mapping[str, str | None],
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        version: int | None = None,
    ) -> Answer:
        """The answer to a query, worked out for this once."""
        with self.metrics.query():
            answer = self.ledger.query(
                query,
                default_graphs=default_graphs,
                named_graphs=named_graphs,
                formats=formats,
                version=version,
            )
        self.metrics.answered(answer.length, answer.rows)
        return answer
