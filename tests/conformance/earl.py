"""The results as an EARL report in Turtle (https://www.w3.org/TR/EARL10-Schema/), one assertion a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_HEAD: Final = """\
@prefix dct:  <http://purl.org/dc/terms/> .
@prefix doap: <http://usefulinc.com/ns/doap#> .
@prefix earl: <http://www.w3.org/ns/earl#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
"""


def write_report(path: Path, subject: str, outcomes: Mapping[str, str], when: datetime | None = None) -> None:
    """Write the report; `outcomes` is case IRI -> passed, failed or untested."""
    stamp = (when or datetime.now(UTC)).isoformat(timespec="seconds")
    lines = [
        _HEAD,
        f'<#subject> a earl:Software, earl:TestSubject, doap:Project ; doap:name "{subject}" .',
        '<#harness> a earl:Software, earl:Assertor ; dct:title "onrecord, tests/conformance" .',
    ]
    lines += [
        f"""
[] a earl:Assertion ;
  earl:assertedBy <#harness> ;
  earl:subject <#subject> ;
  earl:mode earl:automatic ;
  earl:test <{case}> ;
  earl:result [ a earl:TestResult ; earl:outcome earl:{outcome} ; dct:date "{stamp}"^^xsd:dateTime ] ."""
        for case, outcome in sorted(outcomes.items())
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
