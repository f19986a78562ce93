"""What the shapes say of a whole store: each node looked at by itself, whatever a change would have touched."""

from __future__ import annotations

import pyoxigraph as ox

from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation import validate
from onrecord.graph.validation.fast import Engines
from onrecord.graph.validation.overlay import Overlay
from onrecord.graph.validation.report import Report


def validate_all(store: ox.Store) -> Report:
    """What is wrong in it."""
    view, scope = Overlay(ChangeSet(), store), validate.Scope()
    for node in {str(quad.subject) for quad in store}:
        validate._include(node, view, scope, whole=True)
    return Report.of(validate._found(view, scope, Engines(fast=False)))
