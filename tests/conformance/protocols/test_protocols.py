"""The SPARQL protocol, the service description and the graph store protocol."""

from __future__ import annotations

from tests.conformance.protocols.description import run_description
from tests.conformance.protocols.exchanges import run_graph_store, run_protocol
from tests.conformance.suites.cases import each
from tests.conformance.suites.manifest import Case
from tests.conformance.target import Service


@each("protocol")
def test_requests_are_answered_as_the_protocol_has_it(service: Service, case: Case) -> None:
    run_protocol(service, case)


@each("service description")
def test_the_endpoint_describes_itself(service: Service, case: Case) -> None:
    run_description(service, case)


@each("graph store")
def test_graphs_are_read_and_written_as_the_graph_store_protocol_has_it(service: Service, case: Case) -> None:
    run_graph_store(service, case)
