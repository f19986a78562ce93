"""Makes docs/architecture.md: the tree from the modules' first lines, the rules from pyproject, and four walks.

`make docs` writes the file; a test compares the two, and follows the walks through the running program.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docs.picture import first_line, is_package, layers, modules, rules

_HEAD: Final = """# Architecture

What stands where, who may import whom, and what happens on the way of a record, a query, an update and a page. The picture and
the tree are made from the packages (`make docs`), the rules are those that `make lint` enforces, and a test follows the walks.

![The packages in layers: each imports only what stands below it](architecture.svg)

A running service is several processes, so that nothing a stranger sends can bring it down:

- the **front** listens and answers. It parses no RDF and runs no query; it opens no store.
- the **fork server** starts all others: small, with one thread, with their modules loaded.
- **readers** answer queries from a snapshot that nobody changes any more. Past a limit, a reader is killed and replaced.
- the **editor** reads strangers' RDF and evaluates updates, on a copy of the graph.
- the **gate** checks each change against the shapes.
- the **writer**, one, has the store open for writing. A commit is a patch in the history, synced, then applied, then a snapshot.
"""

_WALKS: Final = """
## Four walks

Each line is a function that is really called, in this order, with the process it runs in.
"""

Step = tuple[str, str, str]
"""Process, module:function, what happens there."""

_COMMITTED: Final[tuple[Step, ...]] = (
    ("front", "graph.writing.client:Writing.check", "hands the change to the gate"),
    ("gate", "graph.validation.validate:validate", "judges it, as if it were made, without making it"),
    ("front", "graph.engine.committing.client:WriterClient.commit", "hands it to the writer"),
    ("writer", "graph.engine.committing.writer:Writer.commit", "makes it, or nothing"),
)
"""What every change goes through, a record's or an update's."""

WALKS: Final[dict[str, tuple[str, tuple[Step, ...]]]] = {
    "record": (
        "A record to the store: `onrecord build`",
        (
            (
                "front",
                "commands.records:build_from_records",
                "reads the seeds, commits them, says what came of it",
            ),
            ("front", "graph.records.seeds:read_seeds", "finds the files and the vocabulary"),
            (
                "front",
                "graph.records.yaml_ld:load",
                "one YAML file as quads, or a list of what is wrong in which line",
            ),
            (
                "front",
                "graph.records.seeds:check_together",
                "what one record says of things that another describes",
            ),
            (
                "front",
                "graph.disputes.derivation:derive",
                "which claims contradict one another, and which stand",
            ),
            ("front", "graph.records.build:build", "what the graph holds already is no change"),
            ("front", "graph.changes:ChangeSet.of_stored", "the quads to add and to remove"),
            ("front", "graph.ledger:Ledger.commit", "the front door of the graph"),
            ("front", "graph.writing.transactions:Transactions.commit", "takes the turn to write"),
            *_COMMITTED,
            ("writer", "graph.provenance:describe", "what graph/history will say of it"),
            (
                "writer",
                "graph.engine.disk.commit_log:CommitLog.write",
                "the patch, synced: from here on it is committed",
            ),
            ("writer", "graph.engine.disk.snapshots:take", "the version that readers open from now on"),
        ),
    ),
    "query": (
        "A GET of /sparql",
        (
            ("front", "api.sparql.shortcut:Shortcut.__call__", "a plain GET is answered without Flask"),
            (
                "front",
                "api.memory.cache:VersionCache.get",
                "the same question at the same version has the same answer",
            ),
            ("front", "api.http.answers:negotiated", "the formats that the client takes"),
            ("front", "api.http.asking:Asking.ask", "counts it, times it"),
            ("front", "graph.ledger:Ledger.query", "the front door of the graph"),
            ("front", "graph.engine.embedded:EmbeddedEngine.query", "checks its size, asks for a reader"),
            (
                "front",
                "graph.engine.versions:Versions.lease",
                "the newest version, which stays while it is read",
            ),
            (
                "front",
                "graph.engine.processes.pool:Pool.lend",
                "a reader, after waiting for its turn if none is free",
            ),
            (
                "front",
                "graph.engine.processes.worker:Worker.ask",
                "asks it; past the time limit it is killed",
            ),
            ("reader", "graph.engine.opened:Snapshots.open", "the snapshot of the version"),
            (
                "reader",
                "graph.sparql.screening:screen",
                "nesting, patterns, SERVICE, before anything is parsed",
            ),
            (
                "reader",
                "graph.sparql.rewriting.rewrite:rewrite",
                "what the engine misreads is written otherwise",
            ),
            ("reader", "graph.engine.reading.counting:RowCounter.take", "counts rows while they are written"),
            ("front", "graph.engine.base:Answer.write", "keeps the answer until it is whole"),
            ("front", "api.memory.cache:VersionCache.put", "keeps it for the next client that asks"),
        ),
    ),
    "update": (
        "An update",
        (
            ("front", "api.sparql.endpoint:sparql", "a POST of /sparql"),
            ("front", "api.access.auth:require", "a token that opens updates"),
            ("front", "api.sparql.protocol:read", "the request as the protocol has it"),
            (
                "front",
                "api.sparql.conditions:expected_version",
                "If-Match: the version that the client has seen",
            ),
            ("front", "graph.ledger:Ledger.update", "the front door of the graph"),
            ("front", "graph.writing.transactions:Transactions.edit", "takes the turn to write"),
            ("front", "graph.writing.client:Writing.edit", "hands it to the editor"),
            ("editor", "graph.writing.editor:Editor.edit", "what would it change, on a copy?"),
            ("editor", "graph.writing.evaluate:update", "operation after operation"),
            ("editor", "graph.sparql.screening:screen_update", "its limits, before anything is parsed"),
            (
                "editor",
                "graph.sparql.rewriting.rewrite:rewrite_update",
                "what the engine misreads is written otherwise",
            ),
            ("editor", "graph.sparql.operations:parse_operations", "taken apart by its tokens"),
            ("editor", "graph.writing.skolem:name_blank_nodes", "no blank node is stored"),
            (
                "editor",
                "graph.disputes.derivation:steps",
                "what follows from the change, for the claims that it touched",
            ),
            *_COMMITTED,
            ("front", "api.http.answers:write_response", "the new version"),
        ),
    ),
    "page": (
        "An actor's page",
        (
            ("front", "api.data.linkeddata:dereference", "a GET of /actor/<name>.html"),
            ("front", "api.pages.routes:about_thing", "the page of its kind"),
            ("front", "api.pages.reading:for_reader", "in the language that the reader prefers"),
            (
                "front",
                "api.http.answers:conditional",
                "304 where the client has this version: the graph is asked nothing",
            ),
            (
                "front",
                "graph.ledger:Ledger.rows",
                "is there such an actor? each question is a query to a reader, as above",
            ),
            ("front", "graph.questions.views:actor", "what the page shows"),
            (
                "front",
                "graph.questions.network.newest:newest",
                "whom the actor is related to, and because of what",
            ),
            (
                "front",
                "graph.questions.things.statements:fetch_statements",
                "what was said, with its sources",
            ),
            (
                "front",
                "graph.questions.things.loader:Loader.follow",
                "facts in batches, about a dozen queries a page",
            ),
            ("front", "api.pages.filters:href", "the template, which asks nothing"),
            ("front", "api.http.compression:compress", "for clients that take it"),
        ),
    ),
}


def _tree(name: str, depth: int = 0) -> Iterator[str]:
    """A line for a package or module, and for all in it."""
    package = is_package(name)
    label = "  " * depth + name.rpartition(".")[2] + ("/" if package else ".py")
    yield f"{label:<24} {first_line(name)}"
    for part in modules(name) if package else ():
        yield from _tree(f"{name}.{part}", depth + 1)


def _rules() -> Iterator[str]:
    for rule in rules():
        match rule["type"]:
            case "layers":
                (container,) = rule["containers"]
                rows = " > ".join(" | ".join(f"`{name}`" for name in layer) for layer in layers(container))
                yield f"- {rule['name']}: {rows}"
            case "forbidden":
                names = [
                    ", ".join(f"`{name}`" for name in rule[key])
                    for key in ("source_modules", "forbidden_modules")
                ]
                yield f"- {rule['name']}: not from {names[0]} to {names[1]}"
            case _:
                yield f"- {rule['name']}"


def _walks() -> Iterator[str]:
    for title, steps in WALKS.values():
        yield f"\n### {title}\n"
        yield "| process | function | |"
        yield "|---|---|---|"
        for process, function, what in steps:
            yield f"| {process} | `{function}` | {what} |"


def document() -> str:
    """The whole of docs/architecture.md."""
    tree = [line for part in modules("onrecord") for line in _tree(f"onrecord.{part}")]
    return "\n".join(
        [
            _HEAD,
            "## The tree\n",
            "The folders stand at the top of the repository; `src/onrecord` holds links to them and the commands.\n",
            "A room is a folder whose modules belong to one subject. The modules that stand in graph/ itself are its front door and\n"
            "what several rooms use; those in api/http/ each do one thing for every answer, whichever room gives it.\n",
            "```",
            *tree,
            "```",
            "\n## Import rules\n",
            "Typing imports count. `a > b`: a may import b and what follows it; `a | b`: neither may import the other.\n",
            *_rules(),
            _WALKS.rstrip(),
            *_walks(),
            "",
        ]
    )


if __name__ == "__main__":
    print(document(), end="")
