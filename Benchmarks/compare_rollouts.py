#!/usr/bin/env python3
"""Environment steps per second of many environments at once, beside EnvPool and Gymnasium.

    swift build -c release --product idql
    python3 Benchmarks/compare_rollouts.py

Fetches Gymnasium, MuJoCo and, where it has a wheel that runs here, EnvPool from PyPI into
.venv-benchmark. All take the same number of steps with uniform random actions drawn beforehand, and begin
an ended episode anew in the step after; they take turns, so that whatever else the machine does falls on
all of them. Steps are counted per second of wall time and of processor time, of all threads and processes;
making the environments is not counted. A ratio is the median over the rounds of idql to the other in the
same round, by processor time.
"""
import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = ["gymnasium[mujoco]==1.4.0", "mujoco==4.0.0"]
PROGRAMS = ["envpool", "sync", "async"]


def python_with_packages():
    """The interpreter of the virtual environment, and why EnvPool is not in it, if it is not."""
    python = ROOT / ".venv-benchmark" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
    install = [python, "-m", "pip", "install", "-q"]
    subprocess.run(install + PACKAGES, check=True)
    if subprocess.run([python, "-c", "import envpool"], capture_output=True).returncode:
        subprocess.run(install + ["envpool"], capture_output=True)
    found = subprocess.run([python, "-c", "import envpool"], capture_output=True, text=True)
    return python, found.stderr.strip().splitlines()[-1] if found.returncode else None


def processor_seconds():
    """Of this process and of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, [resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN]))


def run_environments(program, env, count, steps, threads):
    """Called in a process of its own, in the virtual environment: prints one JSON object."""
    import numpy

    if program == "envpool":
        import envpool

        crowd = envpool.make(env, env_type="gymnasium", num_envs=count, num_threads=threads)
    else:
        import gymnasium

        kind = gymnasium.vector.SyncVectorEnv if program == "sync" else gymnasium.vector.AsyncVectorEnv
        crowd = kind([lambda: gymnasium.make(env)] * count)
    width = crowd.action_space.shape[-1]
    actions = numpy.random.default_rng(0).uniform(-1, 1, (steps, count, width))
    crowd.reset()
    children = child_seconds()
    start, processor = time.perf_counter(), processor_seconds()
    for step in range(steps):
        crowd.step(actions[step])
    wall = time.perf_counter() - start
    used = processor_seconds() - processor + child_seconds() - children
    crowd.close()
    print(json.dumps({
        "steps_per_second": count * steps / wall, "steps_per_cpu_second": count * steps / used}))


def child_seconds():
    """Of children that still run, as Gymnasium's workers do; from /proc."""
    import multiprocessing
    import os

    ticks = 0
    for child in multiprocessing.active_children():
        fields = pathlib.Path(f"/proc/{child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--envs", type=int, default=64, help="environments at once")
    parser.add_argument("--steps", type=int, default=500, help="steps of each environment")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--idql", default=ROOT / ".build" / "release" / "idql")
    parser.add_argument("--run", choices=PROGRAMS, help=argparse.SUPPRESS)
    parser.add_argument(
        "environments", nargs="*", default=["Hopper-v4", "Walker2d-v4", "HalfCheetah-v4", "Ant-v4"])
    options = parser.parse_args()
    if options.run:
        run_environments(
            options.run, options.environments[0], options.envs, options.steps, options.threads[0])
        return

    python, obstacle = python_with_packages()
    if obstacle:
        print(f"EnvPool is left out: {obstacle}")
    print(f"steps per second, and per processor second; {options.envs} environments")
    print(f"{'environment':16} {'threads':>7} {'program':>8} {'wall':>10} {'processor':>10} {'ratio':>6}")
    for env in options.environments:
        for threads in options.threads:
            compare(options, python, env, threads, has_envpool=obstacle is None)


def compare(options, python, env, threads, has_envpool):
    size = ["--envs", str(options.envs), "--steps", str(options.steps)]
    programs = {"idql": [options.idql, "rollout", env, *size, "--workers", str(threads), "--json", "-"]}
    # SyncVectorEnv has one thread; AsyncVectorEnv has a process for each environment
    others = (["envpool"] if has_envpool else []) + ["sync" if threads == 1 else "async"]
    for name in others:
        programs[name] = [python, __file__, env, *size, "--threads", str(threads), "--run", name]
    rates = {name: [] for name in programs}
    for _ in range(options.rounds):
        for name, command in programs.items():
            out = subprocess.run(command, capture_output=True, text=True, check=True)
            rates[name].append(json.loads(out.stdout))
    for name, values in rates.items():
        wall, processor = (
            [value[key] for value in values] for key in ["steps_per_second", "steps_per_cpu_second"])
        ours = [value["steps_per_cpu_second"] for value in rates["idql"]]
        ratio = statistics.median(a / b for a, b in zip(ours, processor))
        print(
            f"{env:16} {threads:7} {name:>8} {statistics.median(wall):10.0f}"
            f" {statistics.median(processor):10.0f} {ratio:6.2f}", flush=True)


if __name__ == "__main__":
    main()
