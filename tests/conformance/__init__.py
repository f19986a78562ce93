"""The W3C suites of SPARQL 1.1, run over HTTP against a running service, one test a case.

    pytest -n auto tests/conformance
    CONFORMANCE_EARL=earl.ttl pytest tests/conformance               an EARL report besides
    CONFORMANCE_SERVICE=oxigraph pytest tests/conformance            another service; see service.py for those there are

The suites are not part of the repository: suites/fetch.py brings them (`make conformance`), and the tests are skipped where they are
not. They may also lie in ../shared/w3c/sparql11.
What is known to fail, and what is left out, stands in suites/exclusions.py with the reasons, and nowhere else.
"""
