"""The query mix, asked of several servers: first whether they say the same, then how long each takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from bench.mix import Question
from bench.peers import answers
from bench.peers.clients import Client
from bench.peers.servers import Server

_COMPARED: Final = 3
"""Sets of parameters with which answers are compared."""
_LEAST: Final = 3
"""Times that a query is asked, however long it takes."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one query at one server: the median and the 95th percentile of so many."""

    median: float
    high: float
    asked: int


@dataclass(slots=True)
class Result:
    """What came of one question: rows of the first answer, differences by server, servers without an answer, times by server."""

    question: Question
    rows: int = 0
    differences: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    repeated: dict[str, Times] = field(default_factory=dict)
    unseen: dict[str, Times] = field(default_factory=dict)

    def ratio(self, ours: str, other: str) -> float | None:
        """How many times as long a new query takes us."""
        if ours not in self.unseen or other not in self.unseen:
            return None
        return self.unseen[ours].median / self.unseen[other].median


def compare(
    questions: Sequence[Question],
    servers: list[Server],
    say: Callable[[str], None],
    again: Callable[[Server], Server],
    patience: float,
) -> list[Result]:
    """Ask each question of each server, and hold the answers against those of the first.

    A server that does not answer within `patience` seconds is started `again`, or goes on with the query and slows down all others.
    """
    clients = {server.name: Client(server, patience) for server in servers}
    found = []
    for question in questions:
        result = Result(question)
        accept = accepted(question)
        for number in range(_COMPARED):
            text = question.text(number)
            ours = None
            for name, client in list(clients.items()):
                if name in result.differences:
                    continue
                try:
                    answer = answers.read(*client.ask(text, accept), is_graph=question.is_graph)
                except (OSError, RuntimeError, ValueError) as error:
                    if isinstance(error, TimeoutError):
                        place = next(at for at, server in enumerate(servers) if server.name == name)
                        servers[place] = again(servers[place])
                        clients[name] = Client(servers[place], patience)
                    result.failed.add(name)
                    result.differences[name] = f"no answer ({str(error)[:120] or type(error).__name__})"
                    continue
                if ours is None:
                    ours = answer
                    result.rows = result.rows or answer.total()
                elif differs := answers.difference(ours, answer):
                    result.differences[name] = f"{differs} than the {ours.total():,} of onrecord"
        said = "; ".join(f"{name}: {differs}" for name, differs in result.differences.items())
        say(f"{question.name}: {result.rows:,} rows{'; ' + said if said else ', the same everywhere'}")
        found.append(result)
    return found


def measure(
    results: Sequence[Result], servers: Sequence[Server], runs: int, seconds: float, *, alike: bool = False
) -> None:
    """Time each question at each server in turn, `runs` times, but no longer than so many seconds at one server.

    `alike`: where one server's time is up, it is for all, so that their medians are of the same texts.
    """
    clients = {server.name: Client(server) for server in servers}
    for result in results:
        question = result.question
        asking = {name: client for name, client in clients.items() if name not in result.failed}
        for client in asking.values():
            _timed(client, question, question.text(0))
        result.unseen = _rounds(asking, question.unseen, question, runs, seconds, alike=alike)
        result.repeated = _rounds(asking, partial(_first, question), question, runs, seconds, alike=alike)


def accepted(question: Question) -> str:
    """The media type in which the answer to a question is asked for."""
    return answers.GRAPH if question.is_graph else answers.TABLE


def _first(question: Question, _number: int) -> str:
    return question.text(0)


def _rounds(  # noqa: PLR0913
    clients: Mapping[str, Client],
    text: Callable[[int], str],
    question: Question,
    runs: int,
    seconds: float,
    *,
    alike: bool,
) -> dict[str, Times]:
    took: dict[str, list[float]] = {name: [] for name in clients}
    for number in range(runs):
        if alike and number >= _LEAST and any(sum(each) >= seconds for each in took.values()):
            break
        # In turn, so that a slow minute of the machine falls on all of them.
        for name, client in clients.items():
            if alike or number < _LEAST or sum(took[name]) < seconds:
                took[name].append(_timed(client, question, text(number)))
    return {
        name: Times(statistics.median(each) * 1000, _high(each) * 1000, len(each))
        for name, each in took.items()
    }


def _timed(client: Client, question: Question, text: str) -> float:
    began = time.perf_counter()
    client.ask(text, accepted(question))
    return time.perf_counter() - began


def _high(each: Sequence[float]) -> float:
    """The 95th percentile; of a few, the highest."""
    return sorted(each)[min(len(each) - 1, int(len(each) * 0.95))]
