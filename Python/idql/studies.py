"""Studies in a folder: what was played is kept, and several processes or machines share what is left."""

from __future__ import annotations

import json
import os
import pathlib
import tempfile
from typing import Any, Mapping, Sequence

from ._library import Error, identified
from .evaluation import Acting, evaluate
from .policies import Policy, load_policy
from .reports import Report

# they decide how an evaluation runs, and never its outcome
_NO_OUTCOME = ("workers", "batch", "progress")


def evaluate_all(
    policies: Mapping[str, Acting],
    envs: Sequence[str],
    *,
    seeds: Sequence[int] = (0,),
    folder: str | os.PathLike[str] | None = None,
    shard: tuple[int, int] = (0, 1),
    **options: Any,
) -> dict[str, list[Report]]:
    """Scores every policy in every environment with every seed; ``idql.table`` takes the result.

    Args:
        policies: by the name of their column. Functions are known by that name only: whoever changes one takes
            another folder.
        envs: ids.
        seeds: each of an evaluation.
        folder: keeps the plan (``plan.json``) and each finished evaluation (``reports/NUMBER.json``, which
            ``idql compare`` and ``idql table`` read). Where it exists, what it holds is not played again; a
            folder of another plan, or of another version of this package, is refused.
        shard: (i, n): only part i, from 0, of n parts of all evaluations. Processes with different shards may
            use one folder at once; without a shard everything that is missing is played, and all returned.
        options: as of ``evaluate``.

    Returns:
        The reports of the shard's evaluations, by the name of the policy, environment by environment.
    """
    index, count = shard
    if not 0 <= index < count:
        raise Error(f"shard must be (i, n) with i from 0 to n - 1, not {shard!r}.")
    acting = {
        name: load_policy(policy) if isinstance(policy, (str, os.PathLike)) else policy
        for name, policy in policies.items()
    }
    cells = [(name, env, seed) for name in acting for env in envs for seed in seeds]
    kept = None
    if folder is not None:
        deciding = {name: value for name, value in options.items() if name not in _NO_OUTCOME}
        kept = _Folder(
            pathlib.Path(folder),
            {
                "policies": {name: _known_by(policy) for name, policy in acting.items()},
                "environments": list(envs),
                "seeds": [int(seed) for seed in seeds],
                "options": deciding,
                "library": {key: identified()[key] for key in ("version", "git_revision", "kernels")},
            },
        )
    found: dict[str, list[Report]] = {name: [] for name in acting}
    for number in range(len(cells) * index // count, len(cells) * (index + 1) // count):
        name, env, seed = cells[number]
        report = kept.report(number) if kept else None
        if report is None:
            report = evaluate(acting[name], env, seed=seed, **{"name": name, **options})
            if kept:
                kept.keep(number, report)
        found[name].append(report)
    return found


def _known_by(policy: Any) -> dict[str, Any]:
    """Whatever tells one policy from another."""
    if isinstance(policy, Policy):
        about = policy.about
        return {key: about.get(key) for key in ("sha256", "candidates", "rule", "temperature", "settings")}
    return {"function": getattr(policy, "__qualname__", type(policy).__qualname__)}


class _Folder:
    """The plan of a study and its finished evaluations."""

    def __init__(self, path: pathlib.Path, plan: dict[str, Any]) -> None:
        self._reports = path / "reports"
        self._reports.mkdir(parents=True, exist_ok=True)
        file = path / "plan.json"
        try:
            text = json.dumps(plan, indent=1, sort_keys=True)
        except TypeError as error:
            raise Error(f"the options of a study in a folder must be plain values: {error}.") from None
        if not file.exists():
            _write(file, text + "\n", replaces=False)
        try:
            there = json.loads(file.read_text())
        except ValueError:
            raise Error(f"{file} is not the plan of a study of this package.") from None
        plan = json.loads(text)
        for key in plan if isinstance(there, dict) else ():
            if there.get(key) != plan[key]:
                raise Error(f"{file} is of another study: {key} are {there.get(key)!r}, not {plan[key]!r}.")
        if there != plan:
            raise Error(f"{file} is not the plan of a study of this package.")

    def _path(self, number: int) -> pathlib.Path:
        return self._reports / f"{number}.json"

    def report(self, number: int) -> Report | None:
        path = self._path(number)
        return Report.read(path) if path.exists() else None

    def keep(self, number: int, report: Report) -> None:
        _write(self._path(number), report.to_json(), replaces=True)


def _write(path: pathlib.Path, text: str, replaces: bool) -> None:
    """Whole or not at all; if it does not replace a file, the first of several writers wins."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with open(descriptor, "w") as file:
            file.write(text)
        os.chmod(name, 0o644)
        if replaces:
            os.replace(name, path)
        else:
            try:
                os.link(name, path)
            except FileExistsError:
                pass
    finally:
        if os.path.exists(name):
            os.unlink(name)
