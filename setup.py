"""A wheel holds the scripts of its pages: they are bundled first, or there is no wheel. All else stands in pyproject.toml."""

import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.errors import SetupError

SCRIPTS = Path("api", "scripts")
MANIFEST = Path("api", "static", "dist", "manifest.json")


class BuildWithScripts(build_py):
    """Builds what `make scripts` builds, where it is not there yet and npm is."""

    def run(self) -> None:
        if not self.editable_mode and not MANIFEST.exists():
            if shutil.which("npm") is None:
                raise SetupError(
                    f"{MANIFEST} is missing: a wheel holds the scripts of its pages. "
                    "Install npm (apt-get install nodejs npm), then build again."
                )
            subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=SCRIPTS, check=True
            )
            subprocess.run(["node", "build.mjs"], cwd=SCRIPTS, check=True)
        super().run()


setup(cmdclass={"build_py": BuildWithScripts})
