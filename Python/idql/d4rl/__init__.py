"""The module ``d4rl`` on this engine, for code that was written against it.

``import idql.d4rl as d4rl`` in place of ``import d4rl``; or, to run a script without a change,
``python -m idql.d4rl SCRIPT [ARGUMENTS]``. The environments are those of D4RL under their names in ``gym`` (0.21
to 0.25, whose ``step`` returns four values). Data sets are read from the folder ``D4RL_DATASET_DIR``, or
``~/.d4rl/datasets``, under D4RL's file names or as ``ID.hdf5``; nothing is downloaded.
"""

from __future__ import annotations

from typing import Any, Iterator

import numpy as np

from . import infos
from .offline_env import OfflineEnv, get_keys, register_environments, set_dataset_path

__version__ = "1.1"


def get_normalized_score(env_name: str, score: Any) -> Any:
    """0 for the return of a random policy, 1 for an expert's: not times 100."""
    low, high = infos.REF_MIN_SCORE[env_name], infos.REF_MAX_SCORE[env_name]
    return (score - low) / (high - low)


def reverse_normalized_score(env_name: str, score: Any) -> Any:
    """The return of a normalised score."""
    low, high = infos.REF_MIN_SCORE[env_name], infos.REF_MAX_SCORE[env_name]
    return (score * (high - low)) + low


def _final_steps(env: Any, dataset: dict[str, np.ndarray], after_final: int) -> np.ndarray:
    """Whether a row is the last one before the time limit.

    Without marks in the file it is counted as D4RL counts, whose count goes on at 1 after a terminal row, and
    at ``after_final`` after a row at the limit.
    """
    if "timeouts" in dataset:
        return dataset["timeouts"].astype(bool)
    limit = env._max_episode_steps
    final = np.zeros(len(dataset["rewards"]), bool)
    step = 0
    for row, terminal in enumerate(dataset["terminals"]):
        final[row] = step == limit - 1
        step = after_final if final[row] else 1 if terminal else step + 1
    return final


def qlearning_dataset(
    env: Any, dataset: dict[str, np.ndarray] | None = None, terminate_on_end: bool = False, **kwargs: Any
) -> dict[str, np.ndarray]:
    """Transitions: observations, actions, next_observations, rewards, terminals; the last step before the
    time limit is left out, or with ``terminate_on_end`` kept."""
    if dataset is None:
        dataset = env.get_dataset(**kwargs)
    assert dataset is not None
    count = len(dataset["rewards"]) - 1
    kept = np.ones(count, bool) if terminate_on_end else ~_final_steps(env, dataset, 0)[:count]

    def rows(name: str, start: int = 0) -> np.ndarray:
        return dataset[name][start : start + count][kept].astype(np.float32)

    return {
        "observations": rows("observations"),
        "actions": rows("actions"),
        "next_observations": rows("observations", 1),
        "rewards": rows("rewards"),
        "terminals": dataset["terminals"][:count][kept].astype(bool),
    }


def sequence_dataset(
    env: Any, dataset: dict[str, np.ndarray] | None = None, **kwargs: Any
) -> Iterator[dict[str, np.ndarray]]:
    """The trajectories, one after the other."""
    if dataset is None:
        dataset = env.get_dataset(**kwargs)
    assert dataset is not None
    count = len(dataset["rewards"])
    arrays = {key: value for key, value in dataset.items() if getattr(value, "shape", ())[:1] == (count,)}
    ends = np.flatnonzero(dataset["terminals"].astype(bool) | _final_steps(env, dataset, 1))
    start = 0
    for end in ends.tolist():
        yield {key: value[start : end + 1] for key, value in arrays.items()}
        start = end + 1


register_environments()
