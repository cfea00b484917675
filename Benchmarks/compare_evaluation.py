#!/usr/bin/env python3
"""A whole evaluation, `idql eval` beside a loop of JAX and MuJoCo, on all cores.

    swift build -c release --product idql
    python3 Benchmarks/compare_evaluation.py                   # both play 50 episodes: a quarter of an hour
    python3 Benchmarks/compare_evaluation.py --steps 2000 --episodes 10

Fetches jax, safetensors, gymnasium and mujoco from PyPI into .venv-benchmark. The loop is that of the reference: one
environment of Gymnasium, one jitted action for each of its steps (N = 64 candidates, T = 5 diffusion steps), on as
many threads as XLA takes. Both play Hopper-v4 by the same checkpoint and may use the same cores. Episodes differ,
since their noise does, so the figures are milliseconds of wall time per environment step; start-up counts for idql,
compiling does not count for JAX. The bound is the arithmetic of the networks at the peak that `idql bench inference`
measures in the same run on one core, times the number of cores.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

from packages import continue_with

ROOT = pathlib.Path(__file__).resolve().parent.parent
POLICY = ROOT / "Tests" / "AgentTests" / "Golden" / "hopper_simple.safetensors"


def play_jax(checkpoint, candidates, episodes, step_limit):
    """Wall seconds and environment steps of the reference's loop."""
    import gymnasium
    import jax
    import jax.numpy as jnp
    import numpy as np

    from jax_policy import load, make_policy

    tensors, hyper = load(checkpoint)
    act = make_policy(tensors, hyper, candidates)
    environment = gymnasium.make("Hopper-v4")
    key = jax.random.PRNGKey(0)
    act(key, jnp.zeros(hyper["obs_dim"]))[1].block_until_ready()  # compile
    seconds, steps = 0.0, 0
    for episode in range(episodes):
        start = time.perf_counter()
        observation, _ = environment.reset(seed=episode)
        ended = False
        while not ended and steps < step_limit:
            key, action = act(key, jnp.asarray(observation, jnp.float32))
            observation, _, terminated, truncated, _ = environment.step(np.asarray(action))
            ended = terminated or truncated
            steps += 1
        seconds += time.perf_counter() - start
    return seconds, steps


def play_idql(idql, checkpoint, candidates, episodes):
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "result.json"
        start = time.perf_counter()
        subprocess.run(
            [idql, "eval", "--env", "Hopper-v4", "--policy", checkpoint, "--candidates", str(candidates),
             "--episodes", str(episodes), "--json", result], check=True, capture_output=True)
        seconds = time.perf_counter() - start
        return seconds, sum(episode["length"] for episode in json.loads(result.read_text())["episodes"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=pathlib.Path, default=POLICY)
    parser.add_argument("--candidates", type=int, default=64)
    parser.add_argument("--episodes", type=int, default=50)
    parser.add_argument("--steps", type=float, default=float("inf"), help="of the loop at most")
    parser.add_argument("--idql", type=pathlib.Path, default=ROOT / ".build" / "release" / "idql")
    options = parser.parse_args()
    continue_with(jax="0.10.2", safetensors="0.8.0", gymnasium="1.4.0", mujoco="4.0.0", imageio="2.37.2",
                  packaging="26.3")
    os.environ["JAX_PLATFORMS"] = "cpu"

    peak = json.loads(subprocess.run(
        [options.idql, "bench", "inference", "--policy", options.checkpoint, "--candidates",
         str(options.candidates), "--seconds", "2", "--json", "-"], check=True, capture_output=True).stdout)
    theirs = play_jax(options.checkpoint, options.candidates, options.episodes, options.steps)
    ours = play_idql(options.idql, options.checkpoint, options.candidates, options.episodes)
    cores = len(os.sched_getaffinity(0))
    bound = peak["gflop_per_action"] / peak["peak_gflops"] / cores
    ours_step, theirs_step = ours[0] / ours[1], theirs[0] / theirs[1]
    print(f"JAX and MuJoCo   {1e3 * theirs_step:6.2f} ms a step   ({theirs[1]} steps in {theirs[0]:.1f} s)")
    print(f"idql eval        {1e3 * ours_step:6.2f} ms a step   ({ours[1]} steps in {ours[0]:.1f} s)")
    print(f"arithmetic bound {1e3 * bound:6.2f} ms a step   ({cores} x {peak['peak_gflops']:.1f} GFLOP/s)")
    print(f"{theirs_step / ours_step:.2f} times the speed of the loop; {ours_step / bound:.2f} times the bound")


if __name__ == "__main__":
    main()
