"""The program ``idql`` of the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from ._paths import program_path


def main() -> None:
    """Becomes the program: what the command ``idql`` runs."""
    path = program_path()
    if not path.exists():
        sys.exit(f"idql: the program is not at {path}; Scripts/build-wheel makes a wheel with it.")
    os.execv(path, [os.fspath(path), *sys.argv[1:]])


def run(*arguments: str | os.PathLike[str], **options: Any) -> subprocess.CompletedProcess[Any]:
    """Runs the program with these arguments, as ``subprocess.run``."""
    return subprocess.run([os.fspath(path) for path in (program_path(), *arguments)], **options)
