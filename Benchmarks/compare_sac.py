#!/usr/bin/env python3
"""Updates per second of soft actor-critic beside Stable-Baselines3's (PyTorch) and SBX's (JAX), in one run.

    swift build -c release --product idql
    python3 Benchmarks/compare_sac.py

Fetches stable-baselines3 and sbx-rl from PyPI into .venv-benchmark. All do the whole update at the usual sizes
(batches of 256, hidden layers of 256 and 256, two critics, temperature adjusted) on Hopper's sizes: each library's
own `train`, from its own buffer of random transitions. They take turns, pinned to one core with one thread, so that
whatever else the machine does falls on all. The figures are medians over the rounds: updates per second of
processor time, the ratio within a round, and processor time of an action of the policy, with its noise, for one
environment and for eight in a call.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

from packages import venv_python

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSIONS = {"stable-baselines3": "2.9.2", "sbx-rl": "0.28.0"}
OBSERVATION, ACTION, BATCH, CHUNK = 11, 3, 256, 20


def worker(library, seconds):
    """Prints what the updates and the actions of a library take."""
    import gymnasium
    import numpy as np

    class Hopper(gymnasium.Env):
        observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (OBSERVATION,), np.float32)
        action_space = gymnasium.spaces.Box(-1, 1, (ACTION,), np.float32)

        def reset(self, *, seed=None, options=None):
            return self.observation_space.sample(), {}

    if library == "sb3":
        import torch
        from stable_baselines3 import SAC

        torch.set_num_threads(1)
        model = SAC("MlpPolicy", Hopper(), batch_size=BATCH, buffer_size=10_000, device="cpu")
    else:
        from sbx import SAC

        model = SAC("MlpPolicy", Hopper(), batch_size=BATCH, buffer_size=10_000)
    from stable_baselines3.common.logger import Logger

    model.set_logger(Logger(None, []))
    rng = np.random.default_rng(0)
    for _ in range(2_000):
        model.replay_buffer.add(
            rng.standard_normal((1, OBSERVATION)), rng.standard_normal((1, OBSERVATION)),
            np.clip(rng.standard_normal((1, ACTION)), -1, 1), rng.standard_normal(1), np.zeros(1), [{}])

    def measure(task, seconds, step=1):
        task()
        task()
        start, cpu_start, count = time.perf_counter(), time.process_time(), 0
        while count == 0 or time.perf_counter() - start < seconds:
            task()
            count += step
        return count / (time.process_time() - cpu_start)

    updates = measure(lambda: model.train(gradient_steps=CHUNK, batch_size=BATCH), seconds, CHUNK)
    actions = {}
    for count in (1, 8):
        observations = rng.standard_normal((count, OBSERVATION)).astype(np.float32)
        calls = measure(lambda: model.predict(observations, deterministic=False), seconds / 10, count)
        actions[count] = 1e6 / calls
    print(json.dumps({"updates": updates, "actions": actions}))


def run(command, core):
    """The JSON that a command prints, pinned to a core."""
    environment = os.environ | {
        "JAX_PLATFORMS": "cpu", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}
    result = subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE, env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    return json.loads(result.stdout)


def idql(program, seconds, core):
    actions = {}
    for environments in (1, 8):
        result = run([program, "bench", "sac", "--batch", str(BATCH), "--environments", str(environments),
                      "--seconds", str(seconds / 2), "--json", "-"], core)
        actions[str(environments)] = result["action_microseconds"]
    return {"updates": result["updates"] / result["cpu_seconds"], "actions": actions,
            "gflops": result["updates"] / result["cpu_seconds"] * result["gflop_per_update"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="of each run")
    parser.add_argument("--idql", default=ROOT / ".build" / "release" / "idql")
    parser.add_argument("--python", help="an interpreter that has the packages")
    parser.add_argument("--worker", choices=["sb3", "sbx"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return worker(options.worker, options.seconds)

    python = options.python or venv_python(**VERSIONS)
    core = max(os.sched_getaffinity(0))
    rounds = []
    for _ in range(options.rounds):
        found = {"idql": idql(options.idql, options.seconds, core)}
        for library in ("sb3", "sbx"):
            found[library] = run(
                [python, __file__, "--seconds", str(options.seconds), "--worker", library], core)
        rounds.append(found)
    print("| | updates per second of processor time | idql beside it | an action of 1, µs | of 8, µs |")
    print("|---|---|---|---|---|")
    for name, title in (("idql", "idql"), ("sb3", "Stable-Baselines3"), ("sbx", "SBX")):
        def median(of):
            return statistics.median(map(of, rounds))
        ratio = median(lambda found: found["idql"]["updates"] / found[name]["updates"])
        one, eight = (median(lambda found: found[name]["actions"][count]) for count in ("1", "8"))
        print(f"| {title} | {median(lambda found: found[name]['updates']):.1f} | {ratio:.2f} |"
              f" {one:.1f} | {eight:.1f} |")
    print(f"\nidql: {statistics.median(found['idql']['gflops'] for found in rounds):.1f} GFLOP/s")


if __name__ == "__main__":
    main()
