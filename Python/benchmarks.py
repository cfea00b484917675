"""Steps per processor second: what Python adds to stepping in Swift, and others beside it, in one run.

python Python/benchmarks.py [overhead] [others]

Each figure is the best of several rounds, in which everything that is compared takes its turn.
"""

import sys
import time
import warnings

import numpy as np

import idql
from idql import _crowd
from idql._library import check, lib
from idql.environments import Environment, VectorEnvironment


def processor_seconds(body):
    start = time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)
    body()
    return time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID) - start


def best(rounds, bodies):
    """The least processor time of each body."""
    times = {name: float("inf") for name in bodies}
    for _ in range(rounds):
        for name, (prepare, body) in bodies.items():
            prepare()
            times[name] = min(times[name], processor_seconds(body))
    return times


def overhead(id, count, seconds=0.05):
    """Times of a step over those of the same steps without leaving Swift."""
    many = VectorEnvironment(id, count)
    many.reset(seed=0)
    crowd = many._crowd
    crowd.actions[:] = actions = many.action_space.sample()
    mode = _crowd.NEXT_STEP
    one = processor_seconds(lambda: check(lib.idql_vector_repeat(crowd.handle, mode, crowd._step_address, 20))) / 20
    steps = max(10, int(seconds / one))

    def call():
        for _ in range(steps):
            crowd.step(mode)

    def loop():
        for _ in range(steps):
            many.step(actions)

    bodies = {
        "swift": (
            lambda: many.reset(seed=0),
            lambda: check(lib.idql_vector_repeat(crowd.handle, mode, crowd._step_address, steps)),
        ),
        "call": (lambda: many.reset(seed=0), call),
        "VectorEnvironment": (lambda: many.reset(seed=0), loop),
    }
    if count == 1:
        single = Environment(id)
        action = actions[0]

        def run():
            for _ in range(steps):
                if single.step(action)[2]:
                    single.reset()

        bodies["Environment"] = (lambda: single.reset(seed=0), run)
    times = best(40, bodies)
    shares = ", ".join(f"{name} {times[name] / times['swift']:.3f}" for name in bodies if name != "swift")
    print(f"{id}, {count}: {1e6 * times['swift'] / steps:.2f} µs a step in Swift; {shares}", flush=True)


def others(id, count, steps):
    """Environment steps per processor second of vector environments."""
    import gymnasium
    from gymnasium.vector import SyncVectorEnv

    actions = np.random.default_rng(0).uniform(-1, 1, (steps, count, _size(id))).astype(np.float32)
    made = {"idql": VectorEnvironment(id, count)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # its steps are too slow for as many
        few = min(count, 8)
        made["SyncVectorEnv"] = SyncVectorEnv([lambda: gymnasium.make(id)] * few)
    try:
        import envpool

        made["EnvPool"] = envpool.make(id.replace("-v5", "-v4"), env_type="gymnasium", num_envs=count)
    except Exception as error:  # noqa: BLE001 - it has many ways to be absent
        print(f"without EnvPool: {type(error).__name__}: {error}")

    def body(env, rows):
        def run():
            for action in actions:
                env.step(action[:rows])

        return run

    rows = {name: few if name == "SyncVectorEnv" else count for name in made}
    times = best(3, {name: (env.reset, body(env, rows[name])) for name, env in made.items()})
    rates = {name: steps * rows[name] / times[name] for name in made}
    for name, rate in rates.items():
        print(f"{id}, {rows[name]}: {name} {rate:,.0f} steps per processor second, idql {rates['idql'] / rate:.1f} ×")


def _size(id):
    return len(idql.describe(id)["actions"])


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["overhead", "others"]
    if "overhead" in chosen:
        for id in ("Hopper-v5", "Ant-v5"):
            for count in (1, 64, 1024):
                overhead(id, count)
    if "others" in chosen:
        for id in ("Hopper-v5", "HalfCheetah-v5", "Ant-v5"):
            others(id, 64, 200)
