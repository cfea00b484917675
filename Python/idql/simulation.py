"""Rigid-body models of MJCF, stepped one time step after the other."""

from __future__ import annotations

import ctypes
import json
import os
from typing import Any

import numpy as np

from . import _library
from ._crowd import numbers
from ._library import Error, check, lib

_LIVE = (
    "position",
    "velocity",
    "control",
    "warm_start",
    "acceleration",
    "bias_force",
    "passive_force",
    "actuator_force",
    "constraint_force",
)
_WRITABLE = ("position", "velocity", "control", "warm_start")
#: Numbers in a row of what is computed when it is asked for.
_COMPUTED = {
    "body_position": 3,
    "body_orientation": 4,
    "body_center_of_mass": 3,
    "contact_position": 3,
    "contact_normal": 3,
    "contact_distance": 0,
    "contact_geoms": 2,
}


class Simulation:
    """A model with a state that steps through time (MuJoCo ``mjModel`` and ``mjData``).

    ``position``, ``velocity``, ``control`` and ``warm_start`` are views of the engine's memory: what is written
    there counts in the next step. ``acceleration`` and the forces are views that can only be read. All other
    quantities are computed when they are asked for; after writing to a view call ``refresh`` first.

    Args:
        model: the path of an MJCF file, or the document itself (a text that begins with ``<``).
        physics: ``mujoco2.1``, ``mujoco3`` or ``mujoco4``: whose rules apply.
    """

    position: np.ndarray
    velocity: np.ndarray
    control: np.ndarray
    warm_start: np.ndarray
    acceleration: np.ndarray
    bias_force: np.ndarray
    passive_force: np.ndarray
    actuator_force: np.ndarray
    constraint_force: np.ndarray

    def __init__(self, model: str | os.PathLike[str], *, physics: str = "mujoco4") -> None:
        is_document = isinstance(model, str) and model.lstrip().startswith("<")
        given = {"mjcf": model} if is_document else {"path": os.fspath(model)}
        self._handle = _library.Handle(lib.idql_simulation_make, _library.request(physics=physics, **given))
        self.about: dict[str, Any] = json.loads(
            _library.text_of(lib.idql_simulation_describe, self._handle.value)
        )
        for name in _LIVE:
            setattr(self, name, self._view(name))

    def _view(self, name: str) -> np.ndarray:
        place, count = ctypes.POINTER(ctypes.c_double)(), ctypes.c_int64()
        check(
            lib.idql_simulation_array(
                self._handle.value, name.encode(), ctypes.byref(place), ctypes.byref(count)
            )
        )
        if count.value == 0:
            return np.zeros(0)
        memory = (ctypes.c_double * count.value).from_address(ctypes.addressof(place.contents))
        # the simulation's memory lives for as long as any view of it
        memory._owner = self._handle  # type: ignore[attr-defined]
        array = np.frombuffer(memory, np.float64)  # type: ignore[call-overload]
        array.flags.writeable = name in _WRITABLE
        return array

    @property
    def time(self) -> float:
        """Seconds since the last reset."""
        seconds = ctypes.c_double()
        check(lib.idql_simulation_time(self._handle.value, ctypes.byref(seconds)))
        return seconds.value

    def step(self, count: int = 1) -> bool:
        """Takes time steps; returns False if a number is no longer finite, where it stops."""
        is_finite = ctypes.c_int32()
        check(lib.idql_simulation_step(self._handle.value, _count(count), ctypes.byref(is_finite)))
        return is_finite.value != 0

    def reset(self, keyframe: int | str | None = None) -> None:
        """To the initial configuration at rest, or to a keyframe by index or name."""
        index = -1
        if isinstance(keyframe, str):
            names = self.about["keyframes"]
            if keyframe not in names:
                raise Error(f"no keyframe is named '{keyframe}'; there are {', '.join(names) or 'none'}.")
            index = names.index(keyframe)
        elif keyframe is not None:
            index = _count(keyframe)
        check(lib.idql_simulation_reset(self._handle.value, index))

    def refresh(self) -> None:
        """Computes all that is derived from state and control, without a step (MuJoCo ``mj_forward``)."""
        check(lib.idql_simulation_refresh(self._handle.value))

    @property
    def state(self) -> dict[str, Any]:
        """All that the future depends on, but the control: a copy, to be set again here or elsewhere."""
        return {
            "time": self.time,
            "position": self.position.copy(),
            "velocity": self.velocity.copy(),
            "warm_start": self.warm_start.copy(),
        }

    @state.setter
    def state(self, state: dict[str, Any]) -> None:
        try:
            arrays = [
                np.ascontiguousarray(numbers(state[name], getattr(self, name).shape, name), np.float64)
                for name in ("position", "velocity", "warm_start")
            ]
            seconds = float(state["time"])
        except KeyError as error:
            raise Error(f"the state lacks {error}.") from None
        check(
            lib.idql_simulation_set_state(
                self._handle.value, seconds, *(array.ctypes.data for array in arrays)
            )
        )

    def compute(self, name: str) -> np.ndarray:
        """A quantity of the last step or refresh: ``body_position``, ``body_orientation`` (w, x, y, z),
        ``body_center_of_mass``, ``mass_matrix``, ``contact_position``, ``contact_normal``,
        ``contact_distance``, ``contact_geoms``. Also to be had as attributes of these names."""
        count = ctypes.c_int64()
        capacity = 0
        array = np.zeros(0)
        while True:
            check(
                lib.idql_simulation_copy(
                    self._handle.value,
                    str(name).replace("\0", " ").encode(),
                    array.ctypes.data,
                    capacity,
                    ctypes.byref(count),
                )
            )
            if count.value <= capacity:
                break
            capacity = count.value
            array = np.zeros(capacity)
        array = array[: count.value]
        if name == "mass_matrix":
            return array.reshape(self.velocity.size, self.velocity.size)
        width = _COMPUTED[name]
        if name == "contact_geoms":
            array = array.astype(np.int64)
        return array.reshape(-1, width) if width else array

    def __getattr__(self, name: str) -> np.ndarray:
        if name in _COMPUTED or name == "mass_matrix":
            return self.compute(name)
        raise AttributeError(f"a Simulation has no '{name}'")

    def __repr__(self) -> str:
        return f"<idql.Simulation of {self.about['name'] or 'a model'}, {self.about['physics']}>"


def _count(value: Any) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise Error(f"a count must be a whole number, not {value!r}.")
    number = value.__index__()
    if not 0 <= number < 1 << 62:
        raise Error(f"a count must be a whole number from 0, not {number}.")
    return number
