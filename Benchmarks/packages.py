"""Packages of PyPI for the benchmarks, in .venv-benchmark beside the package."""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def venv_python(**versions):
    """An interpreter with each package in the version asked for, installed unless it is there."""
    python = ROOT / ".venv-benchmark" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
    wanted = [f"{name}=={version}" for name, version in versions.items()]
    probe = "import importlib.metadata as m; print(*[n + '==' + m.version(n) for n in %r])" % list(versions)
    found = subprocess.run([python, "-c", probe], capture_output=True, text=True)
    if found.stdout.split() != wanted:
        subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True)
    return python


def continue_with(**versions):
    """Starts the running script again in an interpreter that has these packages, unless it is that one."""
    python = venv_python(**versions)
    if pathlib.Path(sys.prefix) != python.parent.parent:
        os.execv(python, [python, *sys.argv])
