#!/usr/bin/env python3
"""Time steps per second of processor time, beside MuJoCo's own C loop, in one run on one thread.

    swift build -c release --product idql
    python3 Benchmarks/compare_physics.py

Fetches MuJoCo from PyPI into .venv-benchmark, compiles mujoco_loop.c against its headers and library, and
runs the two programs in turn, so that whatever else the machine does falls on both. The figure is the
median over the rounds of the ratio of a pair of runs.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

from packages import venv_python

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "Tests" / "PhysicsTests" / "Golden"
MODELS = ["hopper", "walker2d", "half_cheetah", "ant", GOLDEN / "ant_umaze.xml", GOLDEN / "ant_large.xml"]


def mujoco_folder(version):
    find = [venv_python(mujoco=version), "-c", "import mujoco; print(mujoco.__path__[0])"]
    return pathlib.Path(subprocess.run(find, capture_output=True, text=True, check=True).stdout.strip())


def build_loop(folder, target):
    library = next(folder.glob("libmujoco.so*"))
    source = ROOT / "Benchmarks" / "mujoco_loop.c"
    subprocess.run(
        ["cc", "-O3", "-march=native", f"-I{folder}/include", source, "-o", target, library,
         f"-Wl,-rpath,{folder}"],
        check=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=40_000)
    parser.add_argument("--lanes", type=int, default=4, help="what the processor can do of 2, 4, 8")
    parser.add_argument("--mujoco", default="4.0.0", help="MuJoCo version on PyPI")
    parser.add_argument("--idql", default=ROOT / ".build" / "release" / "idql")
    parser.add_argument("models", nargs="*", default=MODELS, help="shipped models or MJCF files")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        loop = pathlib.Path(scratch) / "mujoco_loop"
        build_loop(mujoco_folder(options.mujoco), loop)
        print("steps per CPU second; ratio to MuJoCo")
        print(
            f"{'model':16} {'MuJoCo ' + options.mujoco:>14} {'idql':>10} {'ratio':>6}"
            f" {str(options.lanes) + ' lanes':>10} {'ratio':>6}")
        for model in options.models:
            path = pathlib.Path(model).resolve()
            if not path.exists():
                path = ROOT / "Sources" / "Envs" / "Resources" / f"{model}.xml"
            rates = {"one": [], "lanes": [], "mujoco": []}
            for _ in range(options.rounds):
                for name, lanes in [("one", 1), ("lanes", options.lanes)]:
                    run = [options.idql, "bench", "physics", path, "--steps", str(options.steps), "--json", "-"]
                    run += ["--lanes", str(lanes)]
                    out = subprocess.run(run, capture_output=True, text=True, check=True, cwd=scratch)
                    rates[name].append(json.loads(out.stdout)["steps_per_cpu_second"])
                run = [loop, path, str(options.steps)]
                out = subprocess.run(run, capture_output=True, text=True, check=True, cwd=scratch)
                rates["mujoco"].append(float(out.stdout))
            median = {name: statistics.median(values) for name, values in rates.items()}
            ratio = {
                name: statistics.median(a / b for a, b in zip(rates[name], rates["mujoco"]))
                for name in ["one", "lanes"]
            }
            print(
                f"{path.stem:16} {median['mujoco']:14.0f} {median['one']:10.0f} {ratio['one']:6.2f}"
                f" {median['lanes']:10.0f} {ratio['lanes']:6.2f}", flush=True)


if __name__ == "__main__":
    main()
