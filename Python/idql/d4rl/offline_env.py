"""D4RL's environments with their data sets, in the gym of its time."""

from __future__ import annotations

import os
import secrets
from typing import Any

import numpy as np

try:
    import gym
    from gym import spaces
except ImportError as error:
    raise ImportError("idql.d4rl needs gym 0.21 to 0.25: pip install 'gym==0.23.1'") from error

from .. import _crowd
from .._crowd import Crowd, numbers, seed_of
from .._library import Error
from . import infos

if tuple(int(part) for part in gym.__version__.split(".")[:2]) >= (0, 26):
    raise ImportError(
        f"idql.d4rl is for code of gym 0.21 to 0.25, whose step() returns four values; found {gym.__version__}. "
        "Use idql with gymnasium in new code."
    )

DATASET_PATH = os.environ.get("D4RL_DATASET_DIR", os.path.expanduser("~/.d4rl/datasets"))


def set_dataset_path(path: str) -> None:
    """Reads data sets from this folder from now on."""
    global DATASET_PATH
    DATASET_PATH = path


def get_keys(h5file: Any) -> list[str]:
    """Names of all arrays of a file."""
    import h5py

    keys: list[str] = []

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            keys.append(name)

    h5file.visititems(visit)
    return keys


class OfflineEnv(gym.Env):
    """One of D4RL's environments; the time limit is that of gym's wrapper."""

    metadata = {"render.modes": ["rgb_array"], "render_modes": ["rgb_array"]}

    def __init__(
        self,
        env_id: str,
        *,
        goal_seed: int = 0,
        physics: str | None = None,
        dataset_url: str | None = None,
        **_: Any,
    ) -> None:
        self.name = env_id
        self._crowd = Crowd(env_id, 1, goal_seed=goal_seed, physics=physics)
        about = self._crowd.about
        self.observation_space = spaces.Box(-np.inf, np.inf, (len(about["observations"]),), np.float64)
        self.action_space = spaces.Box(-1.0, 1.0, (len(about["actions"]),), np.float32)
        low, high = about["reference"] or (None, None)
        self.ref_min_score: float | None = low
        self.ref_max_score: float | None = high
        self.dataset_url = self._dataset_url = dataset_url or infos.DATASET_URLS.get(env_id)
        self._seed: int | None = None
        self._has_started = False

    def seed(self, seed: int | None = None) -> list[int]:
        """The next reset begins the stream of this seed."""
        self._seed = secrets.randbits(31) if seed is None else seed_of(seed)
        return [self._seed]

    def reset(self, *, seed: int | None = None, return_info: bool = False, options: Any = None) -> Any:
        if seed is not None:
            self.seed(seed)
        if self._seed is None and not self._has_started:
            self.seed()
        self._crowd.reset([self._seed])
        self._seed = None
        self._has_started = True
        observation = self._crowd.state.observations[0].copy()
        return (observation, {}) if return_info else observation

    def step(self, action: Any) -> tuple[np.ndarray, float, bool, dict[str, Any]]:
        self._crowd.actions[0] = numbers(action, self.action_space.shape, "an action")
        self._crowd.step(_crowd.DISABLED)
        return (
            self._crowd.state.observations[0].copy(),
            self._crowd.rewards.item(),
            self._crowd.terminated.item(),
            {},
        )

    def render(self, mode: str = "rgb_array", width: int = 480, height: int = 480, **_: Any) -> np.ndarray:
        return self._crowd.picture(0, width, height, None)

    def close(self) -> None:
        pass

    def get_normalized_score(self, score: Any) -> Any:
        """0 for the return of a random policy, 1 for an expert's."""
        if self.ref_max_score is None or self.ref_min_score is None:
            raise ValueError("Reference score not provided for env")
        return (score - self.ref_min_score) / (self.ref_max_score - self.ref_min_score)

    @property
    def dataset_filepath(self) -> str:
        """The file of the data set.

        Raises FileNotFoundError, which lists the places where it was looked for.
        """
        places = [os.path.join(DATASET_PATH, name) for name in infos.file_names(self.name)]
        for place in places:
            if os.path.exists(place):
                return place
        raise FileNotFoundError(f"no data set of {self.name}: none of {', '.join(places)} exists.")

    def get_dataset(self, h5path: str | None = None) -> dict[str, np.ndarray]:
        """The arrays of a data set, by name."""
        import h5py

        path = h5path or self.dataset_filepath
        data: dict[str, np.ndarray] = {}
        with h5py.File(path, "r") as file:
            for key in get_keys(file):
                data[key] = file[key][()]
        for key in ("observations", "actions", "rewards", "terminals"):
            if key not in data:
                raise Error(f"{path} lacks the array '{key}'.")
        count = len(data["observations"])
        expected = {
            "observations": self.observation_space.shape,
            "actions": self.action_space.shape,
            "rewards": (),
            "terminals": (),
        }
        for key, shape in expected.items():
            if shape == () and data[key].shape == (count, 1):
                data[key] = data[key][:, 0]
            if data[key].shape != (count, *shape):
                raise Error(
                    f"{path}: '{key}' has the shape {data[key].shape}; {self.name} needs {(count, *shape)}."
                )
        return data

    def get_dataset_chunk(self, chunk_id: int, h5path: str | None = None) -> dict[str, np.ndarray]:
        """One part of a data set that is stored in parts."""
        import h5py

        path = h5path or self.dataset_filepath
        with h5py.File(path, "r") as file:
            if "virtual" not in file or str(chunk_id) not in file["virtual"]:
                raise Error(f"{path} has no part {chunk_id}.")
            part = file["virtual"][str(chunk_id)]
            return {key: part[key][()] for key in ("observations", "actions", "rewards", "terminals")}


def register_environments() -> None:
    """Registers D4RL's ids with gym; those that are registered already stay."""
    from gym.envs.registration import registry

    known = getattr(registry, "env_specs", registry)
    for id, limit in infos.STEP_LIMITS.items():
        if id not in known:
            gym.register(
                id=id,
                entry_point="idql.d4rl.offline_env:OfflineEnv",
                max_episode_steps=limit,
                kwargs={"env_id": id},
            )
