"""Types: those of the package, and of a program that uses it."""

import pathlib
import shutil
import subprocess
import sys

import pytest

import idql

pytest.importorskip("mypy")
SETTINGS = next(
    path / "pyproject.toml"
    for path in pathlib.Path(__file__).resolve().parents
    if (path / "pyproject.toml").exists()
)


def check(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir=/dev/null", *arguments], capture_output=True, text=True
    )


def test_the_package_agrees_with_its_types(tmp_path):
    # of an installed package mypy tells nothing
    shutil.copytree(pathlib.Path(idql.__file__).parent, tmp_path / "idql", ignore=shutil.ignore_patterns("bin", "lib"))
    run = check(f"--config-file={SETTINGS}", tmp_path / "idql")
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_strict_program_is_told_what_it_gets(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import idql\n"
        "report = idql.evaluate(lambda o: o[:, :3], env='hopper-medium-v2', episodes=1)\n"
        "reveal_type(report)\n"
        "reveal_type(report.mean_score)\n"
        "reveal_type(idql.load_policy('a'))\n"
        "reveal_type(idql.compare(report, report).verdict)\n"
        "reveal_type(idql.evaluate_all({'a': 'b'}, ['c']))\n"
        "idql.evaluate('a', env='hopper-medium-v2', episode=1)\n"
    )
    run = check("--config-file=", "--strict", program)
    for told in ("idql.reports.Report", "float | None", "idql.policies.Policy", "str", "dict[str, list[idql.reports.Report]]"):
        assert f'Revealed type is "{told}"' in run.stdout, run.stdout
    assert 'Unexpected keyword argument "episode"' in run.stdout and "Found 1 error" in run.stdout, run.stdout
