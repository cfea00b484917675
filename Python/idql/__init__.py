"""Gymnasium, D4RL and OGBench tasks on an engine with MuJoCo's numbers, and policies scored on them.

>>> import gymnasium, idql
>>> envs = gymnasium.make_vec("idql/Hopper-v5", num_envs=4, vectorization_mode="vector_entry_point")
>>> report = idql.evaluate(idql.bundled_policy(), env="hopper-medium-expert-v2", episodes=1)
"""

from __future__ import annotations

import importlib.util
from typing import Any

from ._crowd import Crowd
from ._library import BusyError, ClosedError, Error, Interrupted, identified
from ._paths import bundled_policy, library_path, program_path
from ._program import run
from ._registration import catalogue, register_environments
from .evaluation import evaluate
from .policies import Decision, Noise, Policy, load_policy
from .reports import Comparison, Report, compare, table
from .simulation import Simulation
from .studies import evaluate_all

__version__: str = identified()["version"]


def ids() -> list[str]:
    """The ids of all environments; in Gymnasium's registry they stand as ``idql/`` and the id."""
    return [entry["id"] for entry in catalogue()]


def describe(id: str, **options: Any) -> dict[str, Any]:
    """What is constant about an environment: sizes, units, reference scores, and its exact rules as text."""
    return Crowd(id, 1, **options).about


if importlib.util.find_spec("gymnasium") is not None:
    register_environments()

__all__ = [
    "BusyError",
    "ClosedError",
    "Comparison",
    "Decision",
    "Error",
    "Interrupted",
    "Noise",
    "Policy",
    "Report",
    "Simulation",
    "bundled_policy",
    "compare",
    "describe",
    "evaluate",
    "evaluate_all",
    "identified",
    "ids",
    "library_path",
    "load_policy",
    "program_path",
    "register_environments",
    "run",
    "table",
]
