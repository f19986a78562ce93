"""The command line: the group of commands. Each setting is also a variable, ONRECORD_…."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

import click

from onrecord.commands import authoring, importing, loading, operating, querying, records, serving, tables
from onrecord.graph.errors import OnrecordError
from onrecord.graph.settings import SettingError
from onrecord.graph.settings import table as settings_table

_EPILOG = "Settings, as environment variables (a .env file is not read):\n\n\b\n" + "\n".join(
    f"{name:<28}{help_} ({default})" for name, default, help_ in settings_table()
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class _Friendly(click.Group):
    """Turns every error a user can cause into a message and exit code 1; anything else keeps its traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **extra)
        except OSError as error:
            if error.errno not in _FULL or error.filename is not None:
                raise
            # What is left in the buffer would fail once more when the program ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            click.echo(
                f"Error: {error.strerror}: standard output, or the directory for temporary files (TMPDIR), takes no "
                "more, and what was written is not whole. Make room and run it again",
                err=True,
            )
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (OnrecordError, SettingError) as error:
            raise click.ClickException(str(error)) from None
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(141)


@click.group(
    cls=_Friendly,
    epilog=_EPILOG,
    context_settings={"max_content_width": 110, "help_option_names": ["-h", "--help"]},
)
def main() -> None:
    """onrecord: who did what, who said what, and on whose word.

    A knowledge graph of actors, events and attributed statements, with a SPARQL service and pages over it.
    """


for _subject in (serving, records, importing, loading, authoring, querying, tables, operating):
    for _command in _subject.COMMANDS:
        main.add_command(_command)


if __name__ == "__main__":
    main()
