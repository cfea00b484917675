"""Environments for Stable-Baselines3: many at once, stepped in vector registers."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

try:
    from stable_baselines3.common.vec_env.base_vec_env import VecEnv
except ImportError as error:
    raise ImportError("idql.sb3 needs Stable-Baselines3: pip install 'swift-idql[sb3]'") from error

from . import _crowd
from ._crowd import Crowd, numbers, seed_of
from ._library import Error
from .environments import _draw_seed, _is_robotics, _spaces, _Teller


class SB3VecEnv(VecEnv):
    """Environments of one id as a ``VecEnv``: ``SAC("MlpPolicy", SB3VecEnv("HalfCheetah-v5", 8))``.

    An episode that ends is followed by the next in the same step, with ``terminal_observation`` and
    ``TimeLimit.truncated`` in its info, and ``episode`` as of Stable-Baselines3's ``Monitor``.

    Args:
        id: such as ``HalfCheetah-v5``.
        n_envs: how many.
        seed: environment i begins with ``seed + i``; drawn if left out.
        workers: threads; they never change a result.
        options: as of ``idql.environments.VectorEnvironment``.
    """

    def __init__(
        self, id: str, n_envs: int = 1, *, seed: int | None = None, workers: int = 1, **options: Any
    ) -> None:
        self._crowd = Crowd(id, n_envs, workers=workers, **options)
        about = self._crowd.about
        observation_space, action_space = _spaces(about)
        self._teller = _Teller(about)
        self._is_robotics = _is_robotics(about)
        self._next_seed = None if seed is None else seed_of(seed)
        self._has_started = False
        self._returns = np.zeros(n_envs)
        self._lengths = np.zeros(n_envs, np.int64)
        self.render_mode = None
        self.metadata: dict[str, Any] = {"render_modes": []}
        super().__init__(n_envs, observation_space, action_space)

    def _observations(self, rows: _crowd._Rows) -> Any:
        if not self._is_robotics:
            return rows.observations.copy()
        return {
            "observation": rows.observations.copy(),
            "achieved_goal": rows.achieved.copy(),
            "desired_goal": rows.goals.copy(),
        }

    def reset(self) -> Any:
        first = self._next_seed
        if first is None and not self._has_started:
            first = _draw_seed() >> 1
        self._next_seed = None
        seeds = None if first is None else [first + index for index in range(self.num_envs)]
        self._crowd.reset(seeds)  # type: ignore[arg-type]
        self._has_started = True
        self._returns[:] = 0
        self._lengths[:] = 0
        return self._observations(self._crowd.state)

    def step_async(self, actions: np.ndarray) -> None:
        self._crowd.actions[:] = numbers(actions, self._crowd.actions.shape, "actions")

    def step_wait(self) -> tuple[Any, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        crowd = self._crowd
        crowd.step(_crowd.SAME_STEP)
        self._returns += crowd.rewards
        self._lengths += 1
        dones = crowd.terminated | crowd.truncated
        infos: list[dict[str, Any]] = [
            self._teller.step(crowd.final.information[i] if dones[i] else crowd.state.information[i])
            for i in range(self.num_envs)
        ]
        for index in np.flatnonzero(dones):
            final = crowd.final
            last: Any = final.observations[index].copy()
            if self._is_robotics:
                last = {
                    "observation": last,
                    "achieved_goal": final.achieved[index].copy(),
                    "desired_goal": final.goals[index].copy(),
                }
            infos[index]["terminal_observation"] = last
            infos[index]["TimeLimit.truncated"] = bool(crowd.truncated[index] and not crowd.terminated[index])
            infos[index]["episode"] = {
                "r": float(self._returns[index]),
                "l": int(self._lengths[index]),
                "t": 0.0,
            }
            self._returns[index] = 0
            self._lengths[index] = 0
        return self._observations(crowd.state), crowd.rewards.astype(np.float32), dones, infos

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        self._next_seed = _draw_seed() >> 1 if seed is None else seed_of(seed)
        return [self._next_seed + index for index in range(self.num_envs)]

    def close(self) -> None:
        self._crowd.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        return [getattr(self, attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise Error("the environments of this VecEnv are one; their attributes cannot be set.")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        raise Error(f"the environments of this VecEnv are one; '{method_name}' cannot be called on each.")

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        from stable_baselines3.common.monitor import Monitor

        # what Monitor would tell is told already
        return [wrapper_class is Monitor for _ in self._get_indices(indices)]
