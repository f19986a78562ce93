"""The front process stays light: what it does not need for a page is not loaded."""

from __future__ import annotations

import subprocess
import sys


def test_the_application_loads_nothing_heavy() -> None:
    code = (
        "import sys; from onrecord.api import create_app; from onrecord.api.data import linkeddata; "
        "from onrecord.api.sparql import endpoint; from onrecord.api.pages import routes; from onrecord.api.server import wsgi; "
        "print([name for name in ('rdflib', 'networkx', 'pyshacl', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
