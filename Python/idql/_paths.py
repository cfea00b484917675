"""Where the wheel has its library and its program."""

from __future__ import annotations

import os
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent


def library_path() -> pathlib.Path:
    """The library's file: that of the wheel, or the one that ``IDQL_LIBRARY`` names."""
    named = os.environ.get("IDQL_LIBRARY")
    return pathlib.Path(named) if named else FOLDER / "lib" / "libidql.so"


def program_path() -> pathlib.Path:
    """The program ``idql`` of the wheel, or the one that ``IDQL_PROGRAM`` names."""
    named = os.environ.get("IDQL_PROGRAM")
    return pathlib.Path(named) if named else FOLDER / "bin" / "idql"


def bundled_policy(name: str = "hopper-medium-expert") -> pathlib.Path:
    """A policy that comes with the program: ``hopper-medium-expert`` or ``ant-walker``."""
    path = program_path().parent / "swift-idql_IDQLEvaluation.resources" / f"{name}.safetensors"
    if not path.exists():
        raise FileNotFoundError(f"no policy is bundled as {path}.")
    return path
