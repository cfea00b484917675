#!/usr/bin/env python3
"""How the cost of an evaluation grows, as a table and as Docs/scaling.svg.

    swift build -c release --product idql
    python3 Benchmarks/scaling.py

Fetches matplotlib from PyPI into .venv-benchmark. Whole runs of `idql eval --env Hopper-v4`, start-up included: the
bundled policy for 1 to 1000 episodes; the checkpoint of the tests, one episode at a time, for 1 to 256 candidates,
with more episodes where they are cheap; the bundled policy on 1 to all cores, and with 1 to 64 environments in one call of the policy. Every figure is the
least of --rounds runs, per environment step where episodes may differ in length. A slope is that of a straight
line through the logarithms: 1 is cost in proportion.
"""
import argparse
import json
import math
import os
import pathlib
import subprocess
import tempfile
import time

from packages import continue_with

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKPOINT = ROOT / "Tests" / "AgentTests" / "Golden" / "hopper_simple.safetensors"
BUNDLED = ROOT / "Sources" / "Evaluation" / "Resources" / "hopper-medium-expert.safetensors"


def measure(idql, rounds, *options):
    """Wall seconds, processor seconds, environment steps and the greatest resident size in MB of one evaluation."""
    best = None
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "result.json"
        for _ in range(rounds):
            start = time.perf_counter()
            child = subprocess.Popen(
                [idql, "eval", "--env", "Hopper-v4", "--json", result, *map(str, options)], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            if status != 0:
                raise SystemExit(f"idql eval {options} ended with status {status}")
            seconds = time.perf_counter() - start
            steps = sum(episode["length"] for episode in json.loads(result.read_text())["episodes"])
            run = (seconds, usage.ru_utime + usage.ru_stime, steps, usage.ru_maxrss / 1024)
            best = min(best or run, run)
    return best


def slope(points):
    """Of the least-squares line through the logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys)) / sum((x - x_mean) ** 2 for x in xs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--idql", type=pathlib.Path, default=ROOT / ".build" / "release" / "idql")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "Docs" / "scaling.svg")
    options = parser.parse_args()
    continue_with(matplotlib="3.10.8")
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "scaling"
    from matplotlib import pyplot

    def run(*arguments, rounds=options.rounds):
        return measure(options.idql, rounds, *arguments)

    cores = len(os.sched_getaffinity(0))
    bundled = ("--policy", BUNDLED, "--candidates", 1)
    figure, axes = pyplot.subplots(2, 2, figsize=(9, 7), layout="constrained")

    def draw(axis, points, label, x_name, y_name):
        axis.loglog(*zip(*points), "o-", label=f"{label}, slope {slope(points):.2f}")
        axis.set(xlabel=x_name, ylabel=y_name)
        axis.grid(which="both", alpha=0.3)
        print(f"{label}: slope {slope(points):.3f}")

    episodes = [(n, run(*bundled, "--episodes", n)) for n in (1, 3, 10, 30, 100, 300, 1000)]
    for n, (seconds, _, steps, memory) in episodes:
        print(f"  {n:5} episodes: {seconds:8.2f} s, {steps} steps, {memory:.0f} MB")
    axis = axes[0][0]
    draw(axis, [(steps, cpu) for _, (_, cpu, steps, _) in episodes], "processor time", "environment steps", "s")
    memory = axis.twinx()
    memory.plot([steps for _, (_, _, steps, _) in episodes], [size for _, (_, _, _, size) in episodes], "s--", color="C1")
    memory.set(ylabel="memory, MB (dashed)", ylim=(0, 1.3 * max(size for _, (_, _, _, size) in episodes)))
    axis.set_title("1 to 1000 episodes")

    candidates = [
        (n, run("--policy", CHECKPOINT, "--candidates", n, "--episodes", max(1, 64 // n), "--batch", 1, "--workers", 1))
        for n in (1, 4, 16, 64, 256)]
    for n, (seconds, cpu, steps, _) in candidates:
        print(f"  N = {n:3}: {1e3 * cpu / steps:8.3f} ms an action")
    draw(axes[0][1], [(n, 1e3 * cpu / steps) for n, (_, cpu, steps, _) in candidates], "processor time",
         "candidates N", "ms an action")
    axes[0][1].set_title("candidates, one environment at a time")

    workers = [(n, run(*bundled, "--episodes", 200, "--workers", n)) for n in range(1, cores + 1)]
    for n, (seconds, _, steps, _) in workers:
        print(f"  {n} workers: {steps / seconds:8.0f} steps/s")
    draw(axes[1][0], [(n, seconds) for n, (seconds, *_) in workers], "wall time", "workers", "s for 200 episodes")
    axes[1][0].set(title="workers", xscale="linear", yscale="linear", xticks=range(1, cores + 1), ylim=(0, None))

    batches = [(n, run(*bundled, "--episodes", 128, "--workers", 1, "--batch", n)) for n in (1, 2, 4, 8, 16, 32, 64)]
    for n, (_, cpu, steps, _) in batches:
        print(f"  batch {n:2}: {1e6 * cpu / steps:8.1f} us an action")
    axis = axes[1][1]
    axis.semilogx([n for n, _ in batches], [1e6 * cpu / steps for _, (_, cpu, steps, _) in batches], "o-")
    axis.set(xlabel="environments in one call", ylabel="us an action", ylim=(0, None), title="environments per batch")
    axis.grid(which="both", alpha=0.3)
    for axis in axes.flat[:3]:
        axis.legend()
    figure.savefig(options.out, metadata={"Date": None})


if __name__ == "__main__":
    main()
