#!/usr/bin/env python3
"""One step of a thousand random mechanisms, beside MuJoCo's with its solver converged.

    python3 Scripts/check_mechanisms.py IDQL [COUNT]      # needs mujoco (4.0.0 was used), numpy, safetensors

Two in three are those of record_varied_models.py with every shape, the others those of
record_constraints.py. A state agrees where the largest velocity differs by less than 1e-9 relative from
MuJoCo's step (Newton, tolerance 0). The others are listed, with how far MuJoCo's own step moves where
positions are changed by rounding.
"""
import os
import subprocess
import sys
import tempfile

import mujoco
import numpy as np
from safetensors.numpy import load_file, save_file

from check_models import recorded
from record_constraints import FEATURES, Mechanism
from record_varied_models import Maker

SHAPES = ("sphere", "capsule", "ellipsoid", "cylinder", "box")


def documents(count):
    for number in range(count):
        if number % 3 < 2:
            yield Maker(10_000 + number, SHAPES).document()
        else:
            yield Mechanism(10_000 + number, FEATURES[number // 3 % len(FEATURES)][1]).document()


def main(idql, count="1000"):
    rng = np.random.default_rng(0)
    states, beyond, refused = 0, [], 0
    with tempfile.TemporaryDirectory() as folder:
        path, start, end = f"{folder}/m.xml", f"{folder}/s.safetensors", f"{folder}/e.safetensors"
        for number, document in enumerate(documents(int(count))):
            try:
                model = mujoco.MjModel.from_xml_string(document)
            except ValueError:
                continue
            rows = recorded(model, rng)
            if not rows or model.nv == 0:
                continue
            with open(path, "w") as file:
                file.write(document)
            save_file({key: rows[key] for key in ("qpos", "qvel", "ctrl") if rows[key].size}, start)
            run = subprocess.run(
                [idql, "simulate", path, "--states", start, "--out", end, "--steps", "1"], capture_output=True, text=True
            )
            if run.returncode:
                refused += 1
                print(f"{number}\trefused\t{run.stderr.strip()}", flush=True)
                continue
            found = load_file(end)["qvel"]
            scale = np.maximum(1, np.abs(rows["end"]).max(axis=1))
            error = np.abs(found - rows["end"]).max(axis=1) / scale
            states += len(error)
            for state in np.flatnonzero(~(error <= 1e-9)):
                own = rows["spread"][state, 0] / scale[state]
                beyond.append(own)
                print(f"{number}\tstate {state}\t{error[state]:.1e}\tMuJoCo by rounding: {own:.1e}", flush=True)
    own = sum(s > 1e-10 for s in beyond)
    print(f"{states} states, {states - len(beyond)} within 1e-9 ({100 * (1 - len(beyond) / states):.2f} %); of the others "
          f"{own} are those that rounding moves in MuJoCo by more than 1e-10; {refused} mechanisms refused")


if __name__ == "__main__":
    os.environ.setdefault("MUJOCO_LOG", os.devnull)
    main(*sys.argv[1:])
