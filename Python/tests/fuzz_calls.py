"""Random calls of the C interface: wrong handles, texts, numbers and NULL, in any order. None may end the process.

python fuzz_calls.py COUNT SEED

Only what nobody can check is right: memory behind a pointer is as large as the header says.
"""

import collections
import ctypes
import json
import random
import sys

import numpy as np

import idql
from idql import _library
from idql._library import POLICY_CALLBACK, PROGRESS_CALLBACK, DecisionBuffers, StateBuffers, StepBuffers, lib

IDS = ["Hopper-v5", "Hopper-v5", "Ant-v5", "Walker2d-v4", "AntMaze_UMaze-v4", "hopper-medium-v2", "antmaze-umaze-v0", "pointmaze-medium-navigate-v0",
       "PointMaze_UMaze-v3", "Hoper", "\u00e9" * 300]  # fmt: skip
MODEL = """<mujoco><worldbody><geom type="plane" size="1 1 1"/><body pos="0 0 .2"><freejoint/><geom size=".1"/>
<body pos="0 0 .3"><joint/><geom size=".1"/></body></body></worldbody><actuator/></mujoco>"""
NAMES = ["position", "velocity", "control", "warm_start", "acceleration", "body_position", "mass_matrix",
         "contact_geoms", "contact_distance", "nothing", ""]  # fmt: skip


KINDS = ("vector", "policy", "noise", "simulation")


class Caller:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.handles: dict[str, list[int]] = {kind: [] for kind in KINDS}
        self.counts: collections.Counter = collections.Counter()
        # more than any call reads or writes
        self.doubles = np.zeros(1 << 16)
        self.floats = np.zeros(1 << 18, np.float32)
        self.integers = np.zeros(1 << 16, np.int64)
        self.bytes = np.zeros(1 << 16, np.uint8)
        self.numbers = np.random.default_rng(seed)
        self.policy = POLICY_CALLBACK(lambda *a: self.random.choice([0, 0, 0, 0, 1]))
        self.progress = PROGRESS_CALLBACK(lambda *a: self.random.choice([0, 0, 0, 1]))

    def maybe(self, value, chance=0.05):
        return None if self.random.random() < chance else value

    def handle(self, kind=None):
        if self.random.random() < 0.05:
            return self.random.choice([0, -1, 2**63 - 1, -(2**63), self.random.randrange(10**6)])
        if kind is None or self.random.random() < 0.05:
            kind = self.random.choice(KINDS)
        return self.random.choice(self.handles[kind] or [0])

    def integer(self, good=(0, 1, 2, 3)):
        if self.random.random() < 0.9:
            return self.random.choice(good)
        return self.random.choice([-1, -(2**63), 2**63 - 1, 2**62, 10**9 + 1, 2**32])

    def array(self, array):
        """Some memory: zeros, random numbers, or such as are no numbers."""
        kind = self.random.random()
        if array.dtype.kind == "f":
            if kind < 0.5:
                array[:64] = self.numbers.uniform(-1, 1, 64)
            elif kind < 0.55:
                array[: self.random.randrange(1, 64)] = self.random.choice([np.nan, np.inf, 1e300, -1e-300])
            elif kind < 0.7:
                array[:4096] = 0
        elif kind < 0.5:
            array[:64] = self.numbers.integers(0, 3, 64)
        elif kind < 0.55 and array.dtype == np.int64:
            array[:64] = self.random.choice([-1, 2**62])
        else:
            array[:64] = 0
        return self.maybe(array.ctypes.data, 0.03)

    def value(self, good):
        if self.random.random() < 0.95:
            return self.random.choice(good)
        return self.random.choice([None, -1, 0, 1.5, 10**20, "", "x", [], {}, True, "18446744073709551616", 1e308])

    def request(self, **choices):
        if self.random.random() < 0.03:
            return self.random.choice([None, b"", b"{", b"[]", b"\xff", b"1", b'{"a":' * 600, b'{"\\u0000": 1}'])
        given = {k: self.value(v) for k, v in choices.items() if k in ('id', 'mjcf', 'environment') or self.random.random() < 0.6}
        if self.random.random() < 0.03:
            given["unknown"] = 1
        text = json.dumps(given).encode()
        if self.random.random() < 0.03:
            cut = self.random.randrange(len(text) + 1)
            text = text[:cut] + self.random.choice([b"", b"\x01", b"}", b"\xc3"]) + text[cut + 1 :]
        return text.replace(b"\0", b"")

    def text(self, function, *arguments):
        place = ctypes.c_void_p()
        status = function(*arguments, self.maybe(ctypes.byref(place), 0.01))
        text = None
        if place.value:
            text = ctypes.string_at(place.value)
            lib.idql_free_text(place)
        return status, text

    def new(self, kind, function, *arguments):
        place = ctypes.c_int64()
        status = function(*arguments, self.maybe(ctypes.byref(place), 0.01))
        if status == 0 and place.value:
            known = self.handles[kind]
            known.append(place.value)
            if len(known) > 10:
                lib.idql_close(known.pop(self.random.randrange(10)))
        return status

    def state(self):
        d = self.doubles
        return StateBuffers(*(self.maybe(d[i * 4096 :].ctypes.data, 0.1) for i in range(4)))

    def call(self):
        r = self.random
        choice = r.choices(range(23), [3, 0.5, 12, 3, 20, 30, 5, 4, 4, 1, 2, 3, 2, 8, 0.3, 0.3, 0.3, 2, 6, 2, 3, 6, 6])[0]
        if choice == 0:
            return self.new("vector", lib.idql_vector_make, self.request(
                id=IDS, count=[1, 2, 3], physics=["mujoco2.1", "mujoco4", None], success_timing=["pre", "post", None],
                goal_seed=["3", 4], workers=[1, 2], lanes=[1, 2, None], step_limit=[1, 5, 1000]))  # fmt: skip
        if choice == 1:
            kind = r.choice(KINDS)
            handle = self.handle(kind)
            status = lib.idql_close(handle)
            # what is closed is still called now and then
            if status == 0 and handle in self.handles[kind] and r.random() < 0.9:
                self.handles[kind].remove(handle)
            return status
        if choice == 2:
            state = self.state()
            flags = self.array(self.bytes)
            return lib.idql_vector_reset(self.handle("vector"), flags, self.maybe(flags, 0.3), self.array(self.integers),
                                         self.maybe(self.array(self.integers), 0.8), self.maybe(ctypes.byref(state)))  # fmt: skip
        if choice == 3:
            return self.text(lib.idql_vector_describe, self.handle("vector"))[0]
        if choice in (4, 5):
            self.array(self.doubles)
            step = StepBuffers(self.maybe(self.doubles.ctypes.data, 0.01), self.state(), self.state(),
                               *(self.maybe(a.ctypes.data, 0.01) for a in (self.doubles[60000:], self.bytes[:9], self.bytes[9:], self.bytes[20:])))  # fmt: skip
            return lib.idql_vector_step(self.handle("vector"), r.choice([0, 1, 2, 2, 1, 0, 3, -1]), self.maybe(ctypes.byref(step), 0.01))
        if choice == 6:
            state = self.state()
            return lib.idql_vector_observe(self.handle("vector"), self.maybe(ctypes.byref(state)))
        if choice == 7:
            handle, index = self.handle("vector"), self.integer()
            status, text = self.text(lib.idql_vector_snapshot, handle, index)
            if text:
                if r.random() < 0.5:
                    cut = r.randrange(len(text))
                    text = text[:cut] + bytes([r.randrange(1, 256)]) + text[cut + r.randrange(3) :]
                status = lib.idql_vector_restore(self.handle("vector"), self.integer(), text)
            return status
        if choice == 8:
            return lib.idql_vector_restore(self.handle("vector"), self.integer(), self.request(environment=[{}], ended=[True]))
        if choice == 9:
            return self.new("policy", lib.idql_policy_load, self.maybe(r.choice([str(idql.bundled_policy()), "nowhere", "/", "/dev/null"]).encode()),
                            self.request(diffusion_steps=[5], schedule=["vp"], family=["simple"], critic=["nowhere"]))  # fmt: skip
        if choice == 10:
            return self.text(lib.idql_policy_describe, self.handle("policy"))[0]
        if choice == 11:
            return self.new("policy", lib.idql_policy_with, self.handle("policy"), self.request(
                candidates=[1, 2, 4], rule=["argmax", "softmax", "implicit", "best"], temperature=[0, 0.5],
                softmax_scale=[1], precision=["float32"], clips_every_step=[True], extra_final_steps=[0, 1]))  # fmt: skip
        if choice == 12:
            return self.new("noise", lib.idql_noise_make, self.integer() % 2**64, self.integer(), self.integer((1, 2, 8)))
        if choice == 13:
            f = self.floats
            decision = DecisionBuffers(self.maybe(f.ctypes.data, 0.02), *(self.maybe(a.ctypes.data, 0.3) for a in (f[9999:], f[99999:], f[200000:], self.integers)))
            return lib.idql_policy_act(self.handle("policy"), self.handle("noise"), self.integer((1, 2, 3)), self.integer((11, 11, 11, 29)),
                                       self.array(self.doubles), self.maybe(self.array(self.integers), 0.5), self.maybe(ctypes.byref(decision)))  # fmt: skip
        if choice == 14:
            return self.text(lib.idql_evaluate, self.request(
                environment=IDS, episodes=[1, 2], seed=["0", "18446744073709551615", 3], physics=["mujoco4", None],
                workers=[1, 2], batch=[1, 3], name=["a"], policy_name=["b"]), r.choice([0, self.handle("policy")]),
                self.policy, self.progress, None)[0]  # fmt: skip
        if choice == 15:
            return self.text(lib.idql_report_table, self.request(episodes=[[]], summary=[{}]))[0]
        if choice == 16:
            return self.text(lib.idql_table, self.request(a=[1]), self.request(format=["markdown"], seed=["1"]))[0]
        if choice == 17:
            return self.new("simulation", lib.idql_simulation_make, self.request(mjcf=[MODEL, MODEL, "<mujoco/>", MODEL[:200]], physics=["mujoco2.1", "mujoco3"]))
        if choice == 18:
            finite = ctypes.c_int32()
            return lib.idql_simulation_step(self.handle("simulation"), self.integer((0, 1, 5)), self.maybe(ctypes.byref(finite)))
        if choice == 19:
            return self.text(lib.idql_simulation_describe, self.handle("simulation"))[0]
        if choice == 20:
            function = r.choice([lib.idql_simulation_refresh, lambda h: lib.idql_simulation_reset(h, self.integer((-1, 0)))])
            return function(self.handle("simulation"))
        if choice == 21:
            return lib.idql_simulation_set_state(self.handle("simulation"), r.choice([0.0, 1.0, float("nan"), 1e308]),
                                                 *(self.array(self.doubles[i * 100 : i * 100 + 100]) for i in range(3)))  # fmt: skip
        name = self.maybe(r.choice(NAMES).encode(), 0.02)
        count = ctypes.c_int64()
        if r.random() < 0.5:
            values = ctypes.POINTER(ctypes.c_double)()
            handle = self.handle("simulation")
            status = lib.idql_simulation_array(handle, name, self.maybe(ctypes.byref(values)), self.maybe(ctypes.byref(count)))
            if status == 0 and name in (b"position", b"velocity", b"control", b"warm_start") and count.value and r.random() < 0.2:
                values[r.randrange(count.value)] = r.choice([0.0, 1.0, float("nan"), 1e300])
            return status
        return lib.idql_simulation_copy(self.handle("simulation"), name, self.doubles.ctypes.data, r.choice([0, 1, 100, 1000]), self.maybe(ctypes.byref(count)))


def main(count: int, seed: int) -> collections.Counter:
    caller = Caller(seed)
    for number in range(count):
        if number % 50_000 == 0 and number:
            print(number, dict(caller.counts), flush=True)
        status = caller.call()
        caller.counts[status] += 1
        assert status in range(5), status
        if status:
            text = lib.idql_last_error()
            assert text and b"\n" not in text, text
    return caller.counts


if __name__ == "__main__":
    print(dict(main(int(sys.argv[1]), int(sys.argv[2]))))
