"""What the shapes say of a whole store: each node looked at by itself, whatever a change would have touched."""

from __future__ import annotations

from unittest import mock

import pyoxigraph as ox

from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation import validate
from onrecord.graph.validation.fast import Engines
from onrecord.graph.validation.overlay import Overlay, Term
from onrecord.graph.validation.report import Report

Faultless = set[tuple[Term, frozenset[str]]]


def validate_all(store: ox.Store, faultless: Faultless | None = None) -> Report:
    """What is wrong in it. Tests that look at many stores with most nodes alike hand in a set, which remembers these.

    It holds nodes without fault, each with all that pyshacl is given for it by itself: it need not be asked again of the
    same. All that is not pyshacl's is looked at each time.
    """
    view, scope = Overlay(ChangeSet(), store), validate.Scope()
    for node in {str(quad.subject) for quad in store}:
        validate._include(node, view, scope, whole=True)
    if faultless is None:
        return Report.of(validate._found(view, scope, Engines(fast=False)))
    by_pyshacl = validate._by_pyshacl

    def of_the_others(batch: list[Term], _: list[str], view: Overlay) -> validate._Judged:
        given = {node: frozenset(validate.extract([node], view, scope.beside)) for node in batch}
        others = [node for node in batch if (node, given[node]) not in faultless]
        judged = by_pyshacl(others, validate.extract(others, view, scope.beside), view)
        faultless.update((node, given[node]) for node in others if node[1:-1] not in judged.at_fault)
        return judged

    with mock.patch.object(validate, "_by_pyshacl", of_the_others):
        return Report.of(validate._found(view, scope, Engines(fast=False)))
