"""Gymnasium environments: one by one, and many that step together in vector registers."""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np

try:
    import gymnasium
    from gymnasium import spaces
    from gymnasium.vector import AutoresetMode
    from gymnasium.vector.utils import batch_space
except ImportError as error:  # pragma: no cover - tested in an environment without it
    raise ImportError(
        "idql.environments needs gymnasium 1.1 or later: pip install 'swift-idql[gymnasium]'"
    ) from error

from . import _crowd
from ._crowd import Crowd, numbers, seed_of
from ._library import Error

_MODES = {
    AutoresetMode.NEXT_STEP: _crowd.NEXT_STEP,
    AutoresetMode.SAME_STEP: _crowd.SAME_STEP,
    AutoresetMode.DISABLED: _crowd.DISABLED,
}


def _check_render_mode(mode: str | None) -> str | None:
    if mode not in (None, "rgb_array"):
        raise Error(f"render_mode must be None or 'rgb_array', not {mode!r}; `idql view` opens a window.")
    return mode


def _spaces(about: dict[str, Any]) -> tuple[spaces.Space[Any], spaces.Box]:
    """Observation and action spaces: those of the original environments."""

    def unbounded(count: int) -> spaces.Box:
        return spaces.Box(-np.inf, np.inf, (count,), np.float64)

    low, high = np.array(about["action_bounds"], np.float32).T
    actions = spaces.Box(low, high, dtype=np.float32)
    observation = unbounded(len(about["observations"]))
    if not _is_robotics(about):
        return observation, actions
    return (
        spaces.Dict(
            observation=observation,
            achieved_goal=unbounded(about["achieved"]),
            desired_goal=unbounded(about["goal"]),
        ),
        actions,
    )


def _is_robotics(about: dict[str, Any]) -> bool:
    return about["suite"] == "Gymnasium-Robotics"


class _Teller:
    """How the numbers of an environment become Gymnasium's ``info``."""

    def __init__(self, about: dict[str, Any]) -> None:
        self.names: list[str] = about["information"]
        self.at_reset: int = about["information_at_reset"]
        self.step_names = self.names + (["success"] if about["success"] else [])
        # columns of one name are an array
        self._columns: list[tuple[str, int, int]] = []
        for column, name in enumerate(self.step_names):
            if self._columns and self._columns[-1][0] == name:
                self._columns[-1] = (name, self._columns[-1][1], column + 1)
            else:
                self._columns.append((name, column, column + 1))
        self._arrays = [columns for columns in self._columns if columns[2] - columns[1] > 1]
        self.is_plain = not self._arrays and not about["success"]
        self._masks_at_reset = ["_" + name for name, first, _ in self._columns if first < self.at_reset]
        self._masks_after_step = ["_" + name for name, first, _ in self._columns if first >= self.at_reset]
        self.tells_success: bool = about["success"]
        self.success_type = float if about["suite"] == "OGBench" else bool
        # the goal of OGBench, which a reset tells; Gymnasium-Robotics has it in the observation
        self.tells_goal = about["goal"] > 0 and not _is_robotics(about)

    def step(self, row: np.ndarray) -> dict[str, Any]:
        """Of one environment, after a step."""
        info = dict(zip(self.step_names, row.tolist()))
        for name, first, end in self._arrays:
            info[name] = row[first:end].copy()
        if self.tells_success:
            info["success"] = self.success_type(info["success"] == 1.0)
        return info

    def reset(self, row: np.ndarray, goal: np.ndarray) -> dict[str, Any]:
        """Of one environment, after a reset."""
        info: dict[str, Any] = dict(zip(self.names[: self.at_reset], row.tolist()))
        for name, first, end in self._arrays:
            if end <= self.at_reset:
                info[name] = row[first:end].copy()
        if self.tells_goal:
            info["goal"] = goal.copy()
        return info

    def batch(self, rows: np.ndarray, told: np.ndarray, stepped: np.ndarray) -> dict[str, Any]:
        """Of many, in the form of Gymnasium's vector environments: arrays, with masks of who tells it.

        Args:
            rows: one an environment, 0 where it does not tell.
            told: who tells what a reset tells too.
            stepped: of these, who tells the rest.
        """
        columns = rows.T.copy()
        if np.count_nonzero(stepped):
            infos: dict[str, Any] = dict(zip(self.step_names, columns))
            for name in self._masks_after_step:
                infos[name] = stepped
            if self.tells_success:
                infos["success"] = (infos["success"] == 1.0).astype(self.success_type)
        else:
            infos = dict(zip(self.names[: self.at_reset], columns))
        for name in self._masks_at_reset:
            infos[name] = told
        for name, first, end in self._arrays:
            if name in infos:
                infos[name] = columns[first:end].T
        return infos

    def batch_goals(self, goals: np.ndarray, reset: np.ndarray) -> dict[str, Any]:
        """What those of the mask that a reset has begun tell besides, in the same form."""
        if not (self.tells_goal and reset.any()):
            return {}
        return {"goal": _of(reset, goals), "_goal": reset.copy()}


def _of(mask: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The rows of a mask, and 0 in place of others."""
    return np.where(mask[:, None], rows, 0.0)


def _task(options: dict[str, Any] | None) -> int:
    if not options:
        return 0
    task = options.get("task_id")
    return 0 if task is None else int(task)


def _draw_seed() -> int:
    return secrets.randbits(63)


# attributes of an environment that are made of its crowd's
_CONNECTED = ("_action", "_observed", "_told", "_outcome")


class Environment(gymnasium.Env):
    """One environment of the catalogue, by the rules of the original with its seeds.

    Args:
        env_id: such as ``Hopper-v5``, ``hopper-medium-v2``, ``antmaze-large-play-v2``; ``idql.ids()`` lists them.
        physics: ``mujoco2.1``, ``mujoco3`` or ``mujoco4``; None for that of the published results.
        success_timing: ``pre`` or ``post``, when OGBench's single tasks test for success.
        goal_seed: of the goal that D4RL's antmaze v0 and v1 keep for all episodes.
        render_mode: None or ``rgb_array``.
        width, height: of pictures.
        camera_name: one of the model's, ``follow``, or None for one that suits the model.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 50}

    def __init__(
        self,
        env_id: str = "Hopper-v5",
        *,
        physics: str | None = None,
        success_timing: str | None = None,
        goal_seed: int = 0,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
        width: int = 480,
        height: int = 480,
        camera_name: str | None = None,
    ) -> None:
        self.render_mode = _check_render_mode(render_mode)
        self._picture = (width, height, camera_name)
        self._crowd = Crowd(
            env_id,
            1,
            physics=physics,
            success_timing=success_timing,
            goal_seed=goal_seed,
            max_episode_steps=max_episode_steps,
        )
        about = self._crowd.about
        self.metadata = {
            "render_modes": ["rgb_array"],
            "render_fps": int(round(1 / (about["timestep"] * about["substeps"]))),
        }
        self.observation_space, self.action_space = _spaces(about)
        self._teller = _Teller(about)
        self._is_robotics = _is_robotics(about)
        self._has_started = False
        self._connect()

    def _connect(self) -> None:
        crowd = self._crowd
        self._action = crowd.actions[0]
        self._shape = self._action.shape
        self._observed = crowd.state.observations[0]
        self._told = crowd.state.information[0]
        self._outcome = crowd.rewards, crowd.terminated, crowd.truncated
        self._names = self._teller.step_names if self._teller.is_plain and not self._is_robotics else None

    @property
    def about(self) -> dict[str, Any]:
        """What is constant: names and units of observations and actions, reference scores, rules."""
        return self._crowd.about

    def _observation(self) -> Any:
        if not self._is_robotics:
            return self._observed.copy()
        rows = self._crowd.state
        return {
            "observation": self._observed.copy(),
            "achieved_goal": rows.achieved[0].copy(),
            "desired_goal": rows.goals[0].copy(),
        }

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Starts the episode that the original starts with this seed; without one the next of the stream.

        ``options={"task_id": 1}`` chooses one of OGBench's numbered tasks.
        """
        if seed is not None:
            seed = seed_of(seed)
        super().reset(seed=seed)
        task = _task(options)
        if seed is None and (task or not self._has_started):
            seed = _draw_seed()
        self._crowd.reset(None if seed is None else [seed], None, [task] if task else None)
        self._has_started = True
        return self._observation(), self._teller.reset(self._told, self._crowd.state.goals[0])

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """One action; see Gymnasium."""
        if not (isinstance(action, np.ndarray) and action.shape == self._shape and action.dtype.kind in "fiu"):
            action = numbers(action, self._shape, "an action")
        self._action[:] = action
        crowd = self._crowd
        crowd.step(_crowd.DISABLED)
        reward, terminated, truncated = self._outcome
        if self._names is None:
            observation, info = self._observation(), self._teller.step(self._told)
        else:
            # the usual one, with as few calls as there can be
            observation, info = self._observed.copy(), dict(zip(self._names, self._told.tolist()))
        return observation, reward.item(), terminated.item(), truncated.item(), info

    def render(self) -> np.ndarray | None:
        """A picture of the present state, (height, width, 3)."""
        if self.render_mode is None:
            gymnasium.logger.warn("render() needs render_mode='rgb_array' when the environment is made.")
            return None
        return self._crowd.picture(0, *self._picture)

    def close(self) -> None:
        self._crowd.close()

    def snapshot(self) -> str:
        """All that the future of the episode depends on, as text."""
        return self._crowd.snapshot(0)

    def restore(self, snapshot: str) -> Any:
        """Continues the episode of a snapshot, to the bit; returns the observation."""
        self._crowd.restore(0, snapshot)
        self._has_started = True
        self._crowd.observe()
        return self._observation()

    def __getstate__(self) -> dict[str, Any]:
        state = {k: v for k, v in self.__dict__.items() if k not in ("_crowd", *_CONNECTED)}
        state["_settings"] = self._crowd.settings
        state["_snapshot"] = self._crowd.snapshot(0)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        settings, snapshot = state.pop("_settings"), state.pop("_snapshot")
        self.__dict__.update(state)
        self._crowd = _remade(settings, [snapshot])
        self._connect()


def _remade(settings: dict[str, Any], snapshots: list[str]) -> Crowd:
    crowd = Crowd(**settings)
    for index, snapshot in enumerate(snapshots):
        crowd.restore(index, snapshot)
    crowd.observe()
    return crowd


class VectorEnvironment(gymnasium.vector.VectorEnv):
    """Environments of one id that step together; each has the episodes of a single one, to the bit.

    Args:
        env_id: as of ``Environment``.
        num_envs: how many.
        workers: threads; neither they nor the number of environments ever change a result.
        autoreset_mode: ``NextStep`` (the default), ``SameStep`` or ``Disabled``, as in Gymnasium.
        max_episode_steps: fewer than the environment's own, for shorter episodes.
        copy: whether observations are copied; otherwise the next step overwrites them.
        The others as of ``Environment``.
    """

    metadata = {"render_modes": ["rgb_array"], "autoreset_mode": AutoresetMode.NEXT_STEP}

    def __init__(
        self,
        env_id: str = "Hopper-v5",
        num_envs: int = 1,
        *,
        physics: str | None = None,
        success_timing: str | None = None,
        goal_seed: int = 0,
        workers: int = 1,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        copy: bool = True,
        render_mode: str | None = None,
        width: int = 480,
        height: int = 480,
        camera_name: str | None = None,
    ) -> None:
        self.render_mode = _check_render_mode(render_mode)
        self._picture = (width, height, camera_name)
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self._mode = _MODES[self.autoreset_mode]
        self._crowd = Crowd(
            env_id,
            num_envs,
            physics=physics,
            success_timing=success_timing,
            goal_seed=goal_seed,
            workers=workers,
            max_episode_steps=max_episode_steps,
        )
        about = self._crowd.about
        self.metadata = {
            "render_modes": ["rgb_array"],
            "render_fps": int(round(1 / (about["timestep"] * about["substeps"]))),
            "autoreset_mode": self.autoreset_mode,
        }
        self.num_envs = self._crowd.count
        self.copy = copy
        self.single_observation_space, self.single_action_space = _spaces(about)
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self._teller = _Teller(about)
        self._is_robotics = _is_robotics(about)
        self._has_started = np.zeros(self.num_envs, np.bool_)
        self._waiting = np.zeros(self.num_envs, np.bool_)
        self._nobody = np.zeros(self.num_envs, np.bool_)
        # of every step; whoever wrote to it would change the masks of others
        self._everybody = np.ones(self.num_envs, np.bool_)
        self._everybody.flags.writeable = False
        self._shape = self._crowd.actions.shape

    @property
    def about(self) -> dict[str, Any]:
        """What is constant: names and units of observations and actions, reference scores, rules."""
        return self._crowd.about

    def _observations(self, rows: _crowd._Rows) -> Any:
        def given(array: np.ndarray) -> np.ndarray:
            return array.copy() if self.copy else array

        if not self._is_robotics:
            return given(rows.observations)
        return {
            "observation": given(rows.observations),
            "achieved_goal": given(rows.achieved),
            "desired_goal": given(rows.goals),
        }

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Starts episodes: environment i that of ``seed + i``, or of ``seed[i]``.

        ``options={"reset_mask": mask}`` starts only those of the mask; ``{"task_id": n}`` chooses a task.
        """
        count = self.num_envs
        options = dict(options or {})
        mask = options.pop("reset_mask", None)
        if mask is not None:
            if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (count,) or not mask.any():
                raise Error(f"reset_mask must be a NumPy array of {count} flags with at least one set, not {mask!r}.")
        starting = np.ones(count, np.bool_) if mask is None else mask
        if seed is None:
            seeds: list[int | None] = [None] * count
        elif hasattr(seed, "__len__"):
            seeds = [None if one is None else seed_of(one) for one in seed]  # type: ignore[union-attr]
            if len(seeds) != count:
                raise Error(f"{count} environments need as many seeds, not {len(seeds)}.")
        else:
            first = seed_of(seed)
            seed_of(first + count - 1)
            seeds = [first + index for index in range(count)]
        task = _task(options)
        for index in range(count):
            if starting[index] and seeds[index] is None and (task or not self._has_started[index]):
                seeds[index] = _draw_seed()
        self._crowd.reset(seeds, mask, [task] * count if task else None)
        self._has_started |= starting
        self._waiting &= ~starting
        rows = self._crowd.state
        infos = self._teller.batch(_of(starting, rows.information), starting.copy(), self._nobody)
        infos.update(self._teller.batch_goals(rows.goals, starting))
        return self._observations(rows), infos

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """One action of each environment; see Gymnasium."""
        crowd = self._crowd
        if not (isinstance(actions, np.ndarray) and actions.shape == self._shape and actions.dtype.kind in "fiu"):
            actions = numbers(actions, self._shape, "actions")
        mode = self._mode
        if mode == _crowd.DISABLED and self._waiting.any():
            raise Error(
                "with autoreset disabled, environments whose episodes have ended must be reset by "
                f"options={{'reset_mask': mask}} before they step: {np.flatnonzero(self._waiting).tolist()}."
            )
        crowd.actions[:] = actions
        crowd.step(mode)
        rows = crowd.state
        if mode == _crowd.NEXT_STEP:
            reset = crowd.begun
        elif mode == _crowd.SAME_STEP:
            reset = crowd.terminated | crowd.truncated
        else:
            reset = self._nobody
            self._waiting = crowd.terminated | crowd.truncated
        infos = self._teller.batch(rows.information, self._everybody, ~reset)
        if self._teller.tells_goal:
            infos.update(self._teller.batch_goals(rows.goals, reset))
        if mode == _crowd.SAME_STEP and reset.any():
            infos.update(self._finals(reset))
        return self._observations(rows), crowd.rewards.copy(), crowd.terminated.copy(), crowd.truncated.copy(), infos

    def _finals(self, ended: np.ndarray) -> dict[str, Any]:
        """What ended episodes observed and told last."""
        rows = self._crowd.final
        final = np.full(self.num_envs, None, object)
        for index in np.flatnonzero(ended):
            one: Any = rows.observations[index].copy()
            if self._is_robotics:
                one = {
                    "observation": one,
                    "achieved_goal": rows.achieved[index].copy(),
                    "desired_goal": rows.goals[index].copy(),
                }
            final[index] = one
        return {
            "final_obs": final,
            "_final_obs": ended.copy(),
            "final_info": self._teller.batch(_of(ended, rows.information), ended.copy(), ended.copy()),
            "_final_info": ended.copy(),
        }

    def render(self) -> tuple[np.ndarray, ...] | None:
        """A picture of each environment, (height, width, 3)."""
        if self.render_mode is None:
            gymnasium.logger.warn("render() needs render_mode='rgb_array' when the environments are made.")
            return None
        return tuple(self._crowd.picture(index, *self._picture) for index in range(self.num_envs))

    def close_extras(self, **_: Any) -> None:
        self._crowd.close()

    def snapshot(self, index: int) -> str:
        """All that the future of one environment depends on, as text."""
        return self._crowd.snapshot(index)

    def restore(self, index: int, snapshot: str) -> None:
        """Continues the episode of a snapshot in one environment."""
        self._crowd.restore(index, snapshot)
        self._has_started[index] = True
        self._crowd.observe()

    def __getstate__(self) -> dict[str, Any]:
        state = {key: value for key, value in self.__dict__.items() if key != "_crowd"}
        state["_settings"] = self._crowd.settings
        state["_snapshots"] = [self._crowd.snapshot(index) for index in range(self.num_envs)]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        settings, snapshots = state.pop("_settings"), state.pop("_snapshots")
        self.__dict__.update(state)
        self._crowd = _remade(settings, snapshots)
