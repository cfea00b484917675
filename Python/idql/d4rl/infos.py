"""Reference returns of D4RL's environments: those of a random policy and of an expert."""

from __future__ import annotations

from .._registration import catalogue

REF_MIN_SCORE: dict[str, float] = {}
REF_MAX_SCORE: dict[str, float] = {}
#: Names of files: nothing is downloaded.
DATASET_URLS: dict[str, str] = {}
#: Actions of an episode at most.
STEP_LIMITS: dict[str, int] = {}

_MAZE_NAMES = {
    "umaze": "u-maze_noisy_multistart_False_multigoal_False",
    "umaze-diverse": "u-maze_noisy_multistart_True_multigoal_True",
    "medium-play": "big-maze_noisy_multistart_True_multigoal_False",
    "medium-diverse": "big-maze_noisy_multistart_True_multigoal_True",
    "large-play": "hardest-maze_noisy_multistart_True_multigoal_False",
    "large-diverse": "hardest-maze_noisy_multistart_True_multigoal_True",
}


def file_names(id: str) -> list[str]:
    """What a file of the data set may be called: by its id, or as D4RL calls it."""
    stem, _, version = id.rpartition("-v")
    names = [f"{id}.hdf5"]
    task, _, kind = stem.partition("-")
    if task == "antmaze" and kind in _MAZE_NAMES:
        suffix = "_sparse_fixed" if version == "2" else "_sparse"
        names.append(f"Ant_maze_{_MAZE_NAMES[kind]}{suffix}.hdf5")
    elif task in ("hopper", "walker2d", "halfcheetah", "ant"):
        name = f"{task}_{kind.replace('-', '_')}"
        names.append(f"{name}.hdf5" if version == "0" else f"{name}-v{version}.hdf5")
    elif task == "maze2d":
        names.append(f"{stem.replace('dense', 'sparse-dense') if 'dense' in kind else stem + '-sparse'}-v{version}.hdf5")
    return names


def _fill() -> None:
    entries = catalogue(with_specs=True)
    for entry in entries:
        if entry["suite"] != "D4RL":
            continue
        id = entry["id"]
        STEP_LIMITS[id] = entry["step_limit"]
        DATASET_URLS[id] = file_names(id)[-1]
        if entry.get("reference") is not None:
            REF_MIN_SCORE[id], REF_MAX_SCORE[id] = map(float, entry["reference"])


_fill()
