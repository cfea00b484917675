#!/usr/bin/env python3
"""One step from every recorded state, beside what MuJoCo computed there with its solver converged.

    swift build -c release --product idql
    python3 Scripts/accuracy.py            # needs numpy and safetensors

Prints, for each model and MuJoCo release, the largest difference of a position and of a velocity over the
recorded states in Tests/PhysicsTests/Golden, the median one, and how many states miss the bars of 1e-12
and 1e-10.
"""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from safetensors.numpy import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "Tests" / "PhysicsTests" / "Golden"


def main(idql=ROOT / ".build" / "release" / "idql"):
    print("| recorded from | model | states | max qpos | max qvel | median qvel | missed |\n|---|---|---|---|---|---|---|")
    for profile in ("mujoco4", "mujoco2.1"):
        for file in sorted((GOLDEN / profile).glob("*.safetensors")):
            folders = (ROOT / "Sources" / "Envs" / "Resources", GOLDEN)
            model = next((path for f in folders if (path := f / f"{file.stem}.xml").exists()), None)
            if model is None:
                continue
            golden = load_file(file)
            with tempfile.TemporaryDirectory() as folder:
                start, end = f"{folder}/start.safetensors", f"{folder}/end.safetensors"
                save_file({k: golden[f"case/{k}"] for k in ("qpos", "qvel", "ctrl")}, start)
                subprocess.run(
                    [idql, "simulate", model, "--states", start, "--out", end, "--steps", "1",
                     "--physics", profile],
                    check=True, capture_output=True,
                )
                result = load_file(end)
            position = np.abs(result["qpos"] - golden["case/next_qpos_tight"]).max(axis=1)
            velocity = np.abs(result["qvel"] - golden["case/next_qvel_tight"]).max(axis=1)
            missed = int(((position > 1e-12) | (velocity > 1e-10)).sum())
            release = {"mujoco4": "MuJoCo 4.0.0", "mujoco2.1": "MuJoCo 2.1.0"}[profile]
            print(
                f"| {release} | {file.stem} | {len(position)} | {position.max():.1e} "
                f"| {velocity.max():.1e} | {np.median(velocity):.1e} | {missed} |"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
