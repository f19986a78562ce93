"""Which importers there are: those of this package, of installed packages (entry points), and of a project.

A package offers one by an entry point of the group "onrecord.importers" that names an Importer; a project by a file
importers/<name>.py in its folder with a constant IMPORTER. That file is the user's own program: it is run, so it is
looked for only in a project that a command was given.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Final

from onrecord.graph.errors import OnrecordError
from onrecord.graph.files.temporary import TemporaryDirectory
from onrecord.graph.importers import datasets
from onrecord.graph.importers.model import Importer
from onrecord.graph.text.suggestions import did_you_mean, nearest

GROUP: Final = "onrecord.importers"
FOLDER: Final = "importers"
_CONSTANT: Final = "IMPORTER"


class BadImporter(OnrecordError):  # noqa: N818
    """There is no importer of that name, or a module that should hold one does not; the message says what to do."""


def find(name: str, project: Path | None = None) -> Importer:
    """The importer of that name; BadImporter where there is none."""
    known = all_importers(project)
    if name not in known:
        meant = did_you_mean([repr(one) for one in nearest(name, known)])
        raise BadImporter(
            f"there is no importer {name!r}: {meant}{' ' if meant else ''}'onrecord import --list' shows those there are"
        )
    return known[name]


def all_importers(project: Path | None = None) -> dict[str, Importer]:
    """All importers by name, sorted; BadImporter where two have one name or one cannot be loaded."""
    found: dict[str, tuple[Importer, str]] = {}
    for importer, where in _all(project):
        if importer.name in found:
            raise BadImporter(
                f"{found[importer.name][1]} and {where} both offer an importer {importer.name!r}: rename one"
            )
        found[importer.name] = importer, where
    return {name: found[name][0] for name in sorted(found)}


def source(name: str, project: Path | None) -> tuple[str, str] | None:
    """The file of a project that offers an importer, its name and its text; None where another package does."""
    for path in _files(project):
        if _of(getattr(_run(path), _CONSTANT, None), str(path)).name == name:
            return path.name, path.read_text(encoding="utf-8")
    return None


def from_source(file: str, text: str) -> Importer:
    """The importer that such a file offers, on another machine: the file is run."""
    with TemporaryDirectory("importer") as folder:
        path = folder.path / file
        path.write_text(text, encoding="utf-8")
        return _of(getattr(_run(path), _CONSTANT, None), file)


def _files(project: Path | None) -> list[Path]:
    return sorted((project / FOLDER).glob("*.py")) if project is not None else []


def _all(project: Path | None) -> Iterator[tuple[Importer, str]]:
    for info in pkgutil.iter_modules(datasets.__path__):
        module = importlib.import_module(f"{datasets.__name__}.{info.name}")
        if hasattr(module, _CONSTANT):
            yield _of(getattr(module, _CONSTANT), module.__name__), module.__name__
    for point in entry_points(group=GROUP):
        where = f"the entry point {point.value}"
        try:
            loaded = point.load()
        except Exception as error:
            raise BadImporter(
                f"{where} cannot be loaded ({type(error).__name__}: {error}): mend or remove that package"
            ) from error
        yield _of(loaded, where), where
    for path in _files(project):
        yield _of(getattr(_run(path), _CONSTANT, None), str(path)), str(path)


def _run(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"onrecord_project_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BadImporter(
            f"{path} cannot be loaded: give it a name of letters, digits and _ that ends in .py"
        )
    module = importlib.util.module_from_spec(spec)
    # Where dataclasses and pickle look for the module of a class.
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise BadImporter(f"{path} cannot be loaded ({type(error).__name__}: {error}): mend it") from error
    return module


def _of(value: object, where: str) -> Importer:
    if not isinstance(value, Importer):
        raise BadImporter(
            f"{where} offers no importer: set {_CONSTANT} to an Importer (onrecord.graph.importers.model)"
        )
    return value
