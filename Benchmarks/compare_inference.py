"""Milliseconds per action of the IDQL evaluation policy: `idql eval` beside a JAX re-statement.

    swift build -c release --product idql
    python3 Benchmarks/compare_inference.py

Fetches jax and safetensors from PyPI into .venv-benchmark. The JAX side is one jitted function doing what the
reference's `eval_actions` does with one observation: N noises, T network calls, the two Q heads, the argmax. The
other side is a whole evaluation of ten Hopper episodes in lockstep, start-up and physics included. Both run on
one thread of the same core, the JAX actions before and after each evaluation; the figures are processor time.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

from packages import continue_with

ROOT = pathlib.Path(__file__).resolve().parent.parent
POLICY = ROOT / "Tests" / "AgentTests" / "Golden" / "hopper_simple.safetensors"
continue_with(jax="0.10.2", safetensors="0.8.0")
CORE = sorted(os.sched_getaffinity(0))[-1]
os.sched_setaffinity(0, {CORE})
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp

from jax_policy import load, make_policy


def time_jax(act, observation, actions):
    """Processor milliseconds of each of `actions` actions."""
    key, times = jax.random.PRNGKey(0), []
    for _ in range(actions):
        start = time.process_time()
        key, action = act(key, observation)
        action.block_until_ready()
        times.append((time.process_time() - start) * 1e3)
    return times


def time_idql(idql, checkpoint, candidates, episodes, seed):
    """Processor milliseconds per action of a whole evaluation: start-up and physics included."""
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "result.json"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [idql, "eval", "--env", "Hopper-v4", "--policy", checkpoint, "--workers", "1",
             "--episodes", str(episodes), "--batch", str(episodes), "--seed", str(seed),
             "--candidates", str(candidates), "--json", result],
            check=True, capture_output=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        steps = sum(e["length"] for e in json.loads(result.read_text())["episodes"])
        return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1e3 / steps


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=pathlib.Path, default=POLICY)
    parser.add_argument("--candidates", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--idql", type=pathlib.Path, default=ROOT / ".build" / "release" / "idql")
    options = parser.parse_args()

    tensors, hyper = load(options.checkpoint)
    act = make_policy(tensors, hyper, options.candidates)
    observation = jnp.linspace(-1, 1, hyper["obs_dim"], dtype=jnp.float32)
    time_jax(act, observation, 5)  # compile

    print(f"{'JAX, one environment':>22} {'idql eval, 10 episodes':>24} {'ratio':>7}   ms per action")
    ratios = []
    for seed in range(options.rounds):
        jax_before = time_jax(act, observation, 100)
        ours = time_idql(options.idql, options.checkpoint, options.candidates, 10, seed)
        theirs = statistics.median(jax_before + time_jax(act, observation, 100))
        ratios.append(theirs / ours)
        print(f"{theirs:22.2f} {ours:24.2f} {ratios[-1]:7.2f}", flush=True)
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
