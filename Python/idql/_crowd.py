"""Environments that step together, in NumPy's memory."""

from __future__ import annotations

import ctypes
import json
import operator
from typing import Any

import numpy as np

from . import _library
from ._library import Error, StateBuffers, StepBuffers, check, failure, lib

NEXT_STEP, SAME_STEP, DISABLED = 0, 1, 2

_step = _library.fast_step


class _Rows:
    """Arrays that the engine writes the state of environments to."""

    def __init__(self, count: int, about: dict[str, Any]) -> None:
        columns = len(about["information"]) + (1 if about["success"] else 0)
        self.observations = np.zeros((count, len(about["observations"])))
        self.goals = np.zeros((count, about["goal"]))
        self.achieved = np.zeros((count, about["achieved"]))
        self.information = np.zeros((count, columns))

    @property
    def buffers(self) -> StateBuffers:
        return StateBuffers(
            *(a.ctypes.data if a.size else None for a in (self.observations, self.goals, self.achieved, self.information))
        )


class Crowd:
    """``count`` environments of one id, and the arrays that they read and write."""

    def __init__(
        self,
        id: str,
        count: int = 1,
        *,
        physics: str | None = None,
        success_timing: str | None = None,
        goal_seed: int = 0,
        workers: int = 1,
        lanes: int | None = None,
        max_episode_steps: int | None = None,
    ) -> None:
        self.settings = dict(
            id=id,
            count=count,
            physics=physics,
            success_timing=success_timing,
            goal_seed=goal_seed,
            workers=workers,
            lanes=lanes,
            max_episode_steps=max_episode_steps,
        )
        self._handle = _library.Handle(
            lib.idql_vector_make,
            _library.request(
                id=_text(id, "the id"),
                count=_whole(count, "the number of environments"),
                physics=physics,
                success_timing=success_timing,
                goal_seed=str(seed_of(goal_seed)),
                workers=_whole(workers, "workers"),
                lanes=lanes,
                step_limit=max_episode_steps,
            ),
        )
        self.handle = self._handle.value
        self.count = count
        self.about: dict[str, Any] = json.loads(_library.text_of(lib.idql_vector_describe, self.handle))
        self.width = len(self.about["actions"])
        self.actions = np.zeros((count, self.width))
        self.state = _Rows(count, self.about)
        self.final = _Rows(count, self.about)
        self.rewards = np.zeros(count)
        self.terminated = np.zeros(count, np.bool_)
        self.truncated = np.zeros(count, np.bool_)
        self.begun = np.zeros(count, np.bool_)
        self._state_buffers = self.state.buffers
        self._step_buffers = StepBuffers(
            self.actions.ctypes.data,
            self._state_buffers,
            self.final.buffers,
            *(a.ctypes.data for a in (self.rewards, self.terminated, self.truncated, self.begun)),
        )
        self._step_address = ctypes.addressof(self._step_buffers)
        # as the library takes them, so that a step converts nothing
        self._step_calls = self._calls(self.handle)
        self._state_address = ctypes.addressof(self._state_buffers)

    def _calls(self, handle: int) -> list[tuple[Any, ...]]:
        """The arguments of a step in each mode."""
        buffers = ctypes.c_void_p(self._step_address)
        return [(ctypes.c_int64(handle), ctypes.c_int32(mode), buffers) for mode in range(3)]

    def reset(
        self,
        seeds: list[int | None] | None = None,
        mask: np.ndarray | None = None,
        tasks: list[int] | None = None,
    ) -> None:
        """Starts episodes: all of them, or those of the mask; each of its seed, or the next of its stream."""
        seeded = values = None
        if seeds is not None:
            seeded = np.array([seed is not None for seed in seeds], np.uint8)
            values = np.array([0 if seed is None else seed_of(seed) for seed in seeds], np.uint64)
        chosen = None if tasks is None else np.array(tasks, np.int64)
        given = None if mask is None else np.ascontiguousarray(mask, np.uint8)
        check(
            lib.idql_vector_reset(
                self.handle, _address(given), _address(seeded), _address(values), _address(chosen), self._state_address
            )
        )

    def step(self, autoreset: int) -> None:
        """One step by ``actions``."""
        status = _step(*self._step_calls[autoreset])
        if status:
            raise failure(status)

    def observe(self) -> None:
        """Writes the present state into ``state``."""
        check(lib.idql_vector_observe(self.handle, self._state_address))

    def snapshot(self, index: int) -> str:
        return _library.text_of(lib.idql_vector_snapshot, self.handle, index)

    def restore(self, index: int, snapshot: str) -> None:
        check(lib.idql_vector_restore(self.handle, index, _text(snapshot, "the snapshot").encode()))

    def picture(self, index: int, width: int, height: int, camera: str | None) -> np.ndarray:
        pixels = np.zeros((_whole(height, "the height"), _whole(width, "the width"), 3), np.uint8)
        name = None if camera is None else _text(camera, "the camera").encode()
        check(lib.idql_vector_picture(self.handle, index, width, height, name, pixels.ctypes.data))
        return pixels

    def close(self) -> None:
        self._handle.close()
        self.handle = 0
        self._step_calls = self._calls(0)

    @property
    def is_closed(self) -> bool:
        return self.handle == 0


def _address(array: np.ndarray | None) -> int | None:
    return None if array is None else array.ctypes.data


def _whole(value: Any, what: str) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise Error(f"{what} must be a whole number, not {value!r}.") from None
    if not 1 <= number <= 1 << 40:
        raise Error(f"{what} must be a whole number from 1, not {number}.")
    return number


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise Error(f"{what} must be a text, not {value!r}.")
    return value


def seed_of(value: Any) -> int:
    """A seed: a whole number from 0 to 2**64 - 1."""
    try:
        seed = operator.index(value)
    except TypeError:
        raise Error(f"a seed must be a whole number, not {value!r}.") from None
    if not 0 <= seed < 1 << 64:
        raise Error(f"a seed must be from 0 to 2**64 - 1, not {seed}.")
    return seed


def numbers(values: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """An array of real numbers of that shape; anything else is refused by name."""
    array = values if isinstance(values, np.ndarray) else to_numpy(values)
    if array.shape != shape:
        raise Error(f"{what} must have the shape {shape}, not {array.shape}.")
    if array.dtype.kind not in "fiu":
        raise Error(f"{what} must be real numbers, not {array.dtype}.")
    return array


def to_numpy(values: Any) -> np.ndarray:
    """What a framework calls an array, as NumPy's; a tensor leaves its graph and its device."""
    detach = getattr(values, "detach", None)
    if detach is not None:
        values = detach().cpu()
        if str(getattr(values, "dtype", "")) == "torch.bfloat16":
            values = values.float()
    try:
        return np.asarray(values)
    except Exception as error:
        raise Error(f"{type(values).__name__} is no array of numbers: {error}.") from None
