#!/usr/bin/env python3
"""One step of a thousand random mechanisms, beside MuJoCo's with its solver converged.

    python3 Scripts/check_mechanisms.py IDQL [COUNT [FIRST]]      # needs mujoco (4.0.0 was used), numpy, safetensors

Half are those of record_varied_models.py with every shape, the others those of record_constraints.py, in
all its sets. A state agrees where the largest velocity differs by less than 1e-9 relative from MuJoCo's
step (Newton, tolerance 0). Of the others, those are ill-conditioned whose step MuJoCo itself moves by as
much when positions change by 1e-15, which is rounding: there the two cannot be told apart. The rest differ.
"""
import collections
import os
import subprocess
import sys
import tempfile

import mujoco
import numpy as np
from safetensors.numpy import load_file, save_file

from check_models import converged, recorded, step
from record_constraints import SETS, Mechanism
from record_varied_models import Maker

SHAPES = ("sphere", "capsule", "ellipsoid", "cylinder", "box")
FEATURES = [features for group in SETS.values() for features in group]
PERTURBATION, PERTURBATIONS = 1e-15, 64


def documents(first, count):
    for number in range(first, first + count):
        if number % 2:
            name, features = FEATURES[number // 2 % len(FEATURES)]
            yield number, name, Mechanism(10_000 + number, features).document()
        else:
            yield number, "shapes", Maker(10_000 + number, SHAPES).document()


def moved(model, rows, state, rng):
    """How far MuJoCo's own step moves when rounding changes the positions."""
    data = mujoco.MjData(model)
    start = [rows[key][state] for key in ("qpos", "qvel", "ctrl")]
    largest = 0.0
    with converged(model):
        for _ in range(PERTURBATIONS):
            size = PERTURBATION * np.maximum(1, np.abs(start[0]))
            near = start[0] + size * rng.uniform(-1, 1, model.nq)
            largest = max(largest, np.abs(step(model, data, near, *start[1:]) - rows["end"][state]).max())
    return largest


def main(idql, count="1000", first="0"):
    rng = np.random.default_rng(0)
    counts = collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as folder:
        path, start, end = f"{folder}/m.xml", f"{folder}/s.safetensors", f"{folder}/e.safetensors"
        for number, kind, document in documents(int(first), int(count)):
            try:
                model = mujoco.MjModel.from_xml_string(document)
                rows = recorded(model, rng)
            except (ValueError, mujoco.FatalError):
                continue
            if not rows or model.nv == 0:
                continue
            with open(path, "w") as file:
                file.write(document)
            save_file({key: rows[key] for key in ("qpos", "qvel", "ctrl") if rows[key].size}, start)
            run = subprocess.run(
                [idql, "simulate", path, "--states", start, "--out", end, "--steps", "1"], capture_output=True, text=True
            )
            tally = counts[kind]
            tally["mechanisms"] += 1
            if run.returncode:
                tally["refused"] += 1
                print(f"{number}\trefused\t{run.stderr.strip()}", flush=True)
                continue
            found = load_file(end)["qvel"]
            scale = np.maximum(1, np.abs(rows["end"]).max(axis=1))
            error = np.abs(found - rows["end"]).max(axis=1) / scale
            tally["states"] += len(error)
            for state in np.flatnonzero(~(error <= 1e-9)):
                own = moved(model, rows, state, rng) / scale[state]
                verdict = "ill-conditioned" if own >= error[state] else "differ"
                tally[verdict] += 1
                print(f"{number}\t{kind}\tstate {state}\t{verdict}\t{error[state]:.1e}\tMuJoCo by rounding: {own:.1e}", flush=True)
    total = sum(counts.values(), collections.Counter())
    print("\n| mechanisms of | | states | within 1e-9 | ill-conditioned | differ | mechanisms refused |\n|---|---|---|---|---|---|---|")
    for kind, tally in [*counts.items(), ("together", total)]:
        agree = tally["states"] - tally["ill-conditioned"] - tally["differ"]
        print(f"| {kind} | {tally['mechanisms']} | {tally['states']} | {agree} | {tally['ill-conditioned']} | {tally['differ']} | {tally['refused']} |")
    well = total["states"] - total["ill-conditioned"]
    print(f"\n{100 * (1 - total['differ'] / max(1, well)):.2f} % of the {well} states that rounding does not move agree")


if __name__ == "__main__":
    os.environ.setdefault("MUJOCO_LOG", os.devnull)
    main(*sys.argv[1:])
