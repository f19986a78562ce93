"""A query put to the ledger, or answered from what is kept; counted either way. Knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.api.memory.cache import AnswerCache, is_steady, key

if TYPE_CHECKING:
    from onrecord.api.http.metrics import Metrics
    from onrecord.graph.ledger import Answer, Ledger


@dataclass(frozen=True, slots=True)
class Asking:
    """The ledger that is asked, the answers that are kept, and the figures."""

    ledger: Ledger
    cache: AnswerCache
    metrics: Metrics
    fingerprint: str
    """Of the program and its settings, for the names of answers: see answers.fingerprint()."""

    def state(self, version: int) -> tuple[str, str, int]:
        """What answers depend on beside the question: the fingerprint, and the commit and the number of a version."""
        return self.fingerprint, self.ledger.commit_id(version), version

    def ask(  # noqa: PLR0913
        self,
        query: str,
        formats: Mapping[str, str | None],
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        version: int | None = None,
        keep: bool = True,
    ) -> Answer:
        """The answer to a query; `keep` looks for it among the kept ones, and keeps it. The ledger's errors pass through."""
        # A version that is no longer kept is an error that only the ledger knows.
        keep = keep and self.cache.limit > 0 and version is None and is_steady(query)
        wanted = key(query, default_graphs, named_graphs, sorted(formats.items())) if keep else b""
        found = self.cache.get(self.ledger.version, wanted) if keep else None
        if found is not None:
            self.metrics.answered(found.length, found.rows, kept=True)
            return found
        with self.metrics.query():
            answer = self.ledger.query(
                query,
                default_graphs=default_graphs,
                named_graphs=named_graphs,
                formats=formats,
                version=version,
            )
        self.metrics.answered(answer.length, answer.rows)
        return self.cache.put(wanted, answer) if keep else answer
