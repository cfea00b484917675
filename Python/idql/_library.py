"""The shared library behind the package: loading it, calling it, and its errors."""

from __future__ import annotations

import ctypes
import json
import os
from typing import Any

from ._paths import FOLDER, library_path

ABI_VERSION = 1


class Error(ValueError):
    """An argument, a file or a state that was refused: what was found, and what would be accepted."""


class ClosedError(Error):
    """The object was closed before."""


class BusyError(Error):
    """Another thread is using the object; it serves one call at a time."""


class Interrupted(Error):
    """A callback ended the evaluation."""


_ERRORS = {1: Error, 2: ClosedError, 3: BusyError, 4: Interrupted}


class StateBuffers(ctypes.Structure):
    """``idql_state_buffers``."""

    _fields_ = [(name, ctypes.c_void_p) for name in ("observations", "goals", "achieved", "information")]


class StepBuffers(ctypes.Structure):
    """``idql_step_buffers``."""

    _fields_ = [
        ("actions", ctypes.c_void_p),
        ("state", StateBuffers),
        ("final", StateBuffers),
        ("rewards", ctypes.c_void_p),
        ("terminated", ctypes.c_void_p),
        ("truncated", ctypes.c_void_p),
        ("begun", ctypes.c_void_p),
    ]


class DecisionBuffers(ctypes.Structure):
    """``idql_decision_buffers``."""

    _fields_ = [(name, ctypes.c_void_p) for name in ("actions", "candidates", "q", "values", "chosen")]


POLICY_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int32,
    ctypes.c_void_p,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.POINTER(ctypes.c_double),
    ctypes.POINTER(ctypes.c_int64),
    ctypes.c_int64,
    ctypes.POINTER(ctypes.c_float),
)
PROGRESS_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int32, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64
)

_pointer, _int32, _int64, _uint64, _double, _text = (
    ctypes.c_void_p,
    ctypes.c_int32,
    ctypes.c_int64,
    ctypes.c_uint64,
    ctypes.c_double,
    ctypes.c_char_p,
)
_SIGNATURES = {
    "idql_close": [_int64],
    "idql_library": [_pointer],
    "idql_identify": [_text, _text],
    "idql_environments": [_int32, _pointer],
    "idql_vector_make": [_text, _pointer],
    "idql_vector_describe": [_int64, _pointer],
    "idql_vector_reset": [_int64, _pointer, _pointer, _pointer, _pointer, _pointer],
    "idql_vector_step": [_int64, _int32, _pointer],
    "idql_vector_repeat": [_int64, _int32, _pointer, _int64],
    "idql_vector_observe": [_int64, _pointer],
    "idql_vector_snapshot": [_int64, _int64, _pointer],
    "idql_vector_restore": [_int64, _int64, _text],
    "idql_vector_picture": [_int64, _int64, _int64, _int64, _text, _pointer],
    "idql_policy_load": [_text, _text, _pointer],
    "idql_policy_describe": [_int64, _pointer],
    "idql_policy_with": [_int64, _text, _pointer],
    "idql_noise_make": [_uint64, _int64, _int64, _pointer],
    "idql_policy_act": [_int64, _int64, _int64, _int64, _pointer, _pointer, _pointer],
    "idql_evaluate": [_text, _int64, _pointer, _pointer, _pointer, _pointer],
    "idql_report_table": [_text, _pointer],
    "idql_compare": [_text, _text, _text, _pointer, _pointer],
    "idql_table": [_text, _text, _pointer],
    "idql_simulation_make": [_text, _pointer],
    "idql_simulation_describe": [_int64, _pointer],
    "idql_simulation_step": [_int64, _int64, _pointer],
    "idql_simulation_reset": [_int64, _int64],
    "idql_simulation_refresh": [_int64],
    "idql_simulation_time": [_int64, _pointer],
    "idql_simulation_set_state": [_int64, _double, _pointer, _pointer, _pointer],
    "idql_simulation_array": [_int64, _text, _pointer, _pointer],
    "idql_simulation_copy": [_int64, _text, _pointer, _int64, _pointer],
}


def _load() -> ctypes.CDLL:
    path = library_path()
    try:
        loaded = ctypes.CDLL(os.fspath(path))
    except OSError as error:
        raise ImportError(
            f"the engine cannot be loaded from {path}: {error}. Scripts/build-wheel makes a wheel with it."
        ) from None
    found = loaded.idql_abi_version()
    if found != ABI_VERSION:
        raise ImportError(f"{path} is of version {found} of the interface; this package is for {ABI_VERSION}")
    loaded.idql_last_error.restype = ctypes.c_char_p
    loaded.idql_free_text.argtypes = [ctypes.c_void_p]
    loaded.idql_free_text.restype = None
    for name, arguments in _SIGNATURES.items():
        function = getattr(loaded, name)
        function.argtypes = arguments
        function.restype = ctypes.c_int32
    return loaded


lib = _load()

# the one function that is called so often that checking its arguments counts: they are made once
fast_step = lib._FuncPtr(("idql_vector_step", lib))
fast_step.restype = ctypes.c_int32


def failure(status: int) -> Error:
    """The exception for a status, with the library's own words."""
    text = lib.idql_last_error() or b""
    return _ERRORS.get(status, Error)(text.decode("utf-8", "replace"))


def check(status: int) -> None:
    """Raises for a status other than 0."""
    if status:
        raise failure(status)


def _take(place: ctypes.c_void_p) -> str:
    try:
        return ctypes.string_at(place.value or 0).decode()
    finally:
        lib.idql_free_text(place)


def text_of(function: Any, *arguments: Any) -> str:
    """Calls a function that gives a text as its last argument."""
    place = ctypes.c_void_p()
    check(function(*arguments, ctypes.byref(place)))
    return _take(place)


def texts_of(function: Any, count: int, *arguments: Any) -> list[str]:
    """Calls a function that gives several texts as its last arguments."""
    places = [ctypes.c_void_p() for _ in range(count)]
    check(function(*arguments, *map(ctypes.byref, places)))
    return [_take(place) for place in places]


def optional_text_of(function: Any, *arguments: Any) -> tuple[int, str | None]:
    """The status, and the text if there is one."""
    place = ctypes.c_void_p()
    status = function(*arguments, ctypes.byref(place))
    return status, _take(place) if place.value else None


class Handle:
    """What the library calls an object by; closed when nobody needs it any more."""

    __slots__ = ("value", "__weakref__")

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.value = 0
        place = ctypes.c_int64()
        check(function(*arguments, ctypes.byref(place)))
        self.value = place.value

    def close(self) -> None:
        value, self.value = self.value, 0
        if value:
            lib.idql_close(value)

    def __del__(self) -> None:
        # at the end of the program the library's functions may be gone already
        if self.value and lib is not None:
            self.close()


def request(**settings: Any) -> bytes:
    """Settings as the library takes them; those that are None are left out."""
    given = {key: value for key, value in settings.items() if value is not None}
    try:
        return json.dumps(given, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise Error(f"the settings cannot be passed on: {error}.") from None


def path_bytes(path: str | os.PathLike[str], what: str = "the path") -> bytes:
    """A path without NUL."""
    data = os.fsencode(path)
    if b"\0" in data:
        raise Error(f"{what} holds a NUL character.")
    return data


def identified() -> dict[str, Any]:
    """Names this library in results, and tells what it is."""
    return json.loads(text_of(lib.idql_library))


def _identify() -> None:
    revision = FOLDER / "REVISION"
    text = revision.read_text().strip() if revision.exists() else "unknown"
    check(lib.idql_identify(text.encode(), os.fsencode(library_path().resolve())))


_identify()
