"""Policies in files: IDQL agents and actors of other libraries, acting in the engine."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import Any

import numpy as np

from . import _library
from ._crowd import seed_of, to_numpy
from ._library import DecisionBuffers, Error, check, lib

import ctypes


@dataclasses.dataclass(frozen=True)
class Decision:
    """What a policy considered and chose. Of one observation, arrays lack the first axis."""

    #: (rows, actions): what it does.
    actions: np.ndarray
    #: (rows, N, actions): what it chose among.
    candidates: np.ndarray
    #: (rows, heads, N): each candidate's value by each head of the critic.
    q: np.ndarray
    #: (rows,): value of the observation.
    values: np.ndarray
    #: (rows,): which candidate was chosen.
    chosen: np.ndarray


class Noise:
    """Streams of noise, of which row i of a batch draws from stream i.

    Stream i is that of episode ``first + i`` of an evaluation with the seed, so that a loop in Python repeats
    the episodes of ``evaluate``: ``numpy.random.Generator(PCG64(SeedSequence(seed, spawn_key=(i,))))``.
    """

    def __init__(self, seed: int = 0, count: int = 1, first: int = 0) -> None:
        self.count = int(count)
        self._handle = _library.Handle(lib.idql_noise_make, seed_of(seed), int(first), self.count)


class Policy:
    """A policy of a file. ``load_policy`` makes it."""

    def __init__(self, handle: _library.Handle, source: str) -> None:
        self._handle = handle
        self.source = source
        self.about: dict[str, Any] = json.loads(_library.text_of(lib.idql_policy_describe, handle.value))
        self._noise = Noise(0, 1)
        self._others: dict[tuple[tuple[str, Any], ...], Policy] = {}

    @property
    def observation_count(self) -> int:
        """Length of an observation."""
        return self.about["observations"]

    @property
    def action_count(self) -> int:
        """Length of an action."""
        return self.about["actions"]

    @property
    def decides(self) -> bool:
        """Whether it chooses among candidates: an IDQL agent does, an actor does not."""
        return self.about["decides"]

    def choosing(self, **options: Any) -> Policy:
        """The same policy with other options: ``candidates``, ``rule`` (argmax, implicit, softmax),
        ``temperature``, ``softmax_scale``, ``precision`` (float32, bf16), ``clips_every_step``,
        ``extra_final_steps``."""
        given = {name: value for name, value in options.items() if value is not None}
        if not given:
            return self
        key = tuple(sorted(given.items()))
        if key not in self._others:
            if len(self._others) >= 64:
                self._others.clear()
            handle = _library.Handle(lib.idql_policy_with, self._handle.value, _library.request(**given))
            self._others[key] = Policy(handle, self.source)
        return self._others[key]

    def __call__(self, observations: Any) -> np.ndarray:
        """Actions, (rows, actions), or of one observation (actions,)."""
        return self._act(observations, None, None, False)[0]

    def act(
        self,
        observations: Any,
        *,
        candidates: int | None = None,
        rule: str | None = None,
        temperature: float | None = None,
        noise: Noise | None = None,
        steps: Any = None,
    ) -> Decision:
        """Acts, and tells what it chose among.

        Args:
            observations: (rows, observations) or (observations,), of NumPy, torch or JAX.
            candidates, rule, temperature: other than the file says.
            noise: the streams that it draws from; those of the policy's own, of seed 0, if left out.
            steps: (rows,), how many actions each episode has taken; 0 if left out.
        """
        chosen = self.choosing(candidates=candidates, rule=rule, temperature=temperature)
        if not chosen.decides:
            raise Error(f"{self.source} holds no policy that chooses among candidates; call it for its actions.")
        actions, decision = chosen._act(observations, noise or self._streams(observations), steps, True)
        assert decision is not None
        return decision

    def _streams(self, observations: Any) -> Noise:
        shape = getattr(observations, "shape", None) or np.shape(observations)
        rows = shape[0] if len(shape) == 2 else 1
        if self._noise.count < rows:
            self._noise = Noise(0, rows)
        return self._noise

    def _act(
        self, observations: Any, noise: Noise | None, steps: Any, considered: bool
    ) -> tuple[np.ndarray, Decision | None]:
        given = to_numpy(observations)
        if given.dtype.kind not in "fiu" or given.ndim not in (1, 2) or given.size == 0:
            raise Error(
                f"observations must be real numbers of shape (rows, {self.observation_count}) or "
                f"({self.observation_count},), not {given.dtype} of shape {given.shape}."
            )
        rows = np.ascontiguousarray(np.atleast_2d(given), np.float64)
        count, width = rows.shape
        taken = None
        if steps is not None:
            taken = np.ascontiguousarray(np.atleast_1d(to_numpy(steps)))
            if taken.shape != (count,) or taken.dtype.kind not in "iu":
                raise Error(f"steps must be {count} whole numbers, not {taken.dtype} of shape {taken.shape}.")
            taken = taken.astype(np.int64)
        actions = np.zeros((count, self.action_count), np.float32)
        buffers = DecisionBuffers(actions=actions.ctypes.data)
        arrays: dict[str, np.ndarray] = {}
        if considered:
            n, heads = self.about["candidates"], self.about["heads"]
            arrays = {
                "candidates": np.zeros((count, n, self.action_count), np.float32),
                "q": np.zeros((count, heads, n), np.float32),
                "values": np.zeros(count, np.float32),
                "chosen": np.zeros(count, np.int64),
            }
            for name, array in arrays.items():
                setattr(buffers, name, array.ctypes.data)
        streams = noise or self._streams(rows)
        check(
            lib.idql_policy_act(
                self._handle.value,
                streams._handle.value,
                count,
                width,
                rows.ctypes.data,
                None if taken is None else taken.ctypes.data,
                ctypes.byref(buffers),
            )
        )
        if given.ndim == 1:
            actions = actions[0]
            arrays = {name: array[0] for name, array in arrays.items()}
        return actions, Decision(actions=actions, **arrays) if considered else None

    def __repr__(self) -> str:
        return f"<idql.Policy {self.about['kind']} of {self.source}: {self.observation_count} to {self.action_count}>"


def load_policy(
    path: str | os.PathLike[str],
    *,
    diffusion_steps: int | None = None,
    schedule: str | None = None,
    family: str | None = None,
    normalization: str | os.PathLike[str] | None = None,
    critic: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Policy:
    """Reads a policy: IDQL agents of the original code (safetensors, msgpack, pickles), Stable-Baselines3's
    zips, PyTorch and safetensors actors. Docs/Formats.md lists all of them.

    Args:
        path: of the file.
        diffusion_steps, schedule, family, normalization, critic: what the file does not say.
        options: as of ``Policy.choosing``.
    """
    handle = _library.Handle(
        lib.idql_policy_load,
        _library.path_bytes(path),
        _library.request(
            diffusion_steps=diffusion_steps,
            schedule=schedule,
            family=family,
            normalization=None if normalization is None else os.fspath(normalization),
            critic=None if critic is None else os.fspath(critic),
        ),
    )
    return Policy(handle, os.fspath(path)).choosing(**options)
