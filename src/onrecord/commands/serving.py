"""`onrecord serve` and `onrecord replica`."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from onrecord.commands import Location, clean_up_on_sigterm, location_options, say
from onrecord.commands.records import build_from_records
from onrecord.graph.settings import Settings


@click.command()
@click.option("--host", help="Address to listen on. [ONRECORD_HOST]")
@click.option("--port", type=int, help="Port to listen on. [ONRECORD_PORT]")
@click.option(
    "--seeds/--no-seeds", default=None, help="Whether to build the graph from the seeds. [ONRECORD_SEEDS]"
)
@click.option(
    "--shapes/--no-shapes", default=None, help="Whether the shapes check every change. [ONRECORD_SHAPES]"
)
@location_options
def serve(
    host: str | None,
    port: int | None,
    seeds: bool | None,
    shapes: bool | None,
    location: Location,
) -> None:
    """Serve the graph over HTTP; build it from the project's records, or the seeds, first where there is none."""
    from onrecord.api.http.proxies import networks  # noqa: PLC0415
    from onrecord.api.server.granian import run  # noqa: PLC0415
    from onrecord.graph.federation.fetch import hosts  # noqa: PLC0415
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    project, settings = location.open(host=host, port=port, seeds=seeds, shapes=shapes)
    # A wrong value is reported here; in the worker it would end a process that is started again and again.
    networks(settings.trusted_proxies)
    hosts(settings.service_hosts)
    if settings.replica_of:
        run(_replica(settings))
        return
    _warn(settings)
    if (project is not None or settings.seeds) and not Ledger.exists(settings):
        with Ledger.open(settings) as ledger:
            build_from_records(ledger, settings, project)
    run(settings)


@click.command()
@click.argument("url")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--host", help="Address to listen on. [ONRECORD_HOST]")
@click.option("--port", type=int, help="Port to listen on. [ONRECORD_PORT]")
def replica(url: str, directory: Path, host: str | None, port: int | None) -> None:
    """Serve in DIR a replica of the service at URL: all its commits, followed as they are made; changes are refused.

    ONRECORD_REPLICA_TOKEN holds a token that `onrecord token create NAME --scope replica` made there. To make a service of
    its own of a replica, stop it and give `onrecord serve --data DIR`.
    """
    from onrecord.api.server.granian import run  # noqa: PLC0415

    run(_replica(Settings.read({"replica_of": url, "data": directory, "host": host, "port": port})))


def _replica(settings: Settings) -> Settings:
    from onrecord.graph.maintenance import replication  # noqa: PLC0415

    clean_up_on_sigterm()
    settings = replication.prepare(settings, lambda line: say(f"{line}."))
    # The server has its own way to end.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return settings


def _warn(settings: Settings) -> None:
    if settings.plain:
        say(
            "WARNING: a plain store is served (no seeds, no shapes). It takes any RDF from anybody with a token, checks "
            "nothing, has a default graph of its own, and shows little on the pages."
        )
    elif not settings.shapes:
        say("WARNING: changes are not held against the shapes (ONRECORD_SHAPES=0).")


COMMANDS = (serve, replica)
