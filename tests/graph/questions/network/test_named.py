"""What sentences of a network may name is fetched with the rest, not name by name as they are written."""

from __future__ import annotations

import ast
import inspect

from onrecord.graph.questions.network import because
from onrecord.graph.text.phrases import ClaimContent


def test_every_thing_that_the_words_of_a_claim_name_is_fetched_at_once() -> None:
    calls = [
        node for node in ast.walk(ast.parse(inspect.getsource(ClaimContent))) if isinstance(node, ast.Call)
    ]
    named = {
        call.args[0].value
        for call in calls
        if ast.unparse(call.func) in {"attributes.names", "attributes.first_name"}
        and isinstance(call.args[0], ast.Constant)
    }
    assert {"measure", "targetKind", "weapon", "toward"} <= named <= set(because._NAMED)
