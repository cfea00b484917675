"""Scoring policies: the same episodes, intervals and reports as of ``idql eval``."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any, Callable, Union

import numpy as np

from . import _library
from ._crowd import numbers, seed_of
from ._library import failure, lib
from .policies import Policy, load_policy
from .reports import Report

Acting = Union[Policy, str, "os.PathLike[str]", Callable[[Any], Any]]


def evaluate(
    policy: Acting,
    env: str,
    *,
    episodes: int = 20,
    seed: int = 0,
    physics: str | None = None,
    success_timing: str | None = None,
    workers: int | None = None,
    batch: int | None = None,
    framework: str | None = None,
    progress: bool | Callable[[int, int, int], None] | None = None,
    name: str | None = None,
) -> Report:
    """Scores a policy in an environment.

    Episode i starts as ``reset(seed=seed + i)``; its outcome depends on its seed alone, never on threads or
    batches. Ctrl-C ends the evaluation; the ``KeyboardInterrupt`` has the report of the episodes that had
    finished as its attribute ``report``, or None.

    Args:
        policy: a ``Policy``, the path of one, or any callable that maps observations of shape (rows, n) to
            actions of shape (rows, m). The goal stands at the end of an observation where there is one.
            Actions become single precision, as a policy's in a file.
        env: an id of ``idql.ids()``, such as ``hopper-medium-v2``.
        episodes: how many; of each task, where the environment has numbered tasks.
        seed: of the first episode.
        physics, success_timing: as of ``Environment``.
        workers: threads; for a callable, which is called by one thread at a time, 1 unless said otherwise.
        batch: episodes that a thread runs in lockstep, and the most rows of one call.
        framework: ``torch`` or ``jax``, to get observations as its arrays of single precision; None for
            NumPy's in double precision. Any of them may be returned in any case.
        progress: True for a line on standard error, or a function of finished episodes, all episodes and
            steps.
        name: of a callable, in the report.
    """
    if isinstance(policy, (str, os.PathLike)):
        policy = load_policy(policy)
    caller = _Caller(policy, framework, progress)
    request = _library.request(
        environment=str(env).removeprefix("idql/"),
        episodes=episodes,
        seed=str(seed_of(seed)),
        physics=physics,
        success_timing=success_timing,
        workers=workers,
        batch=batch,
        name=name or getattr(policy, "__name__", type(policy).__name__),
        policy_name=policy.source if isinstance(policy, Policy) else None,
    )
    handle = policy._handle.value if isinstance(policy, Policy) else 0
    status, text = _library.optional_text_of(
        lib.idql_evaluate, request, handle, caller.policy_callback, caller.progress_callback, None
    )
    report = None if text is None else Report(text)
    caller.finish()
    if caller.error is not None:
        if isinstance(caller.error, KeyboardInterrupt):
            caller.error.report = report  # type: ignore[attr-defined]
        raise caller.error
    if status:
        raise failure(status)
    assert report is not None
    return report


class _Caller:
    """The callbacks of one evaluation, and the first exception in them."""

    def __init__(
        self,
        policy: Policy | Callable[[Any], Any],
        framework: str | None,
        progress: bool | Callable[[int, int, int], None] | None,
    ) -> None:
        self.error: BaseException | None = None
        self._policy = policy
        self._convert = _converter(framework)
        self._shows = progress is True
        self._progress = self._show if progress is True else (progress or None)
        # kept here for as long as the library may call them
        self.policy_callback = None if isinstance(policy, Policy) else _library.POLICY_CALLBACK(self._act)
        self.progress_callback = _library.PROGRESS_CALLBACK(self._tell)

    def _act(
        self, _: Any, rows: int, width: int, observations: Any, steps: Any, action_count: int, actions: Any
    ) -> int:
        if self.error is not None:
            return 1
        try:
            seen = np.ctypeslib.as_array(observations, (rows, width)).copy()
            given = self._policy(self._convert(seen))
            out = np.ctypeslib.as_array(actions, (rows, action_count))
            array = numbers(given, out.shape, "the policy's actions")
            if not np.isfinite(array).all():
                row, column = np.argwhere(~np.isfinite(array))[0]
                raise _library.Error(
                    f"action {column} of row {row} is {array[row, column]}; actions must be finite numbers."
                )
            out[:] = array
            return 0
        except BaseException as error:  # noqa: BLE001 - goes on to the caller of evaluate
            self.error = error
            return 1

    def _tell(self, _: Any, finished: int, episodes: int, steps: int) -> int:
        # also where signals arrive, when nothing else runs Python
        if self.error is not None:
            return 1
        try:
            if self._progress is not None:
                self._progress(finished, episodes, steps)
            return 0
        except BaseException as error:  # noqa: BLE001
            self.error = error
            return 1

    def _show(self, finished: int, episodes: int, steps: int) -> None:
        sys.stderr.write(f"\r{finished} of {episodes} episodes, {steps} steps")
        sys.stderr.flush()

    def finish(self) -> None:
        if self._shows:
            sys.stderr.write("\n")


def _converter(framework: str | None) -> Callable[[np.ndarray], Any]:
    if framework is None:
        return lambda observations: observations
    if framework == "torch":
        import torch

        return lambda observations: torch.as_tensor(observations, dtype=torch.float32)
    if framework == "jax":
        import jax.numpy

        return lambda observations: jax.numpy.asarray(observations, dtype=jax.numpy.float32)
    raise _library.Error(f"framework must be None, 'torch' or 'jax', not {framework!r}.")
