#!/usr/bin/env python3
"""One step under `--physics RELEASE`, beside what that release of MuJoCo computes.

    swift build -c release --product idql
    pip install --no-deps --target m/3.12.0 mujoco==3.12.0        # for each release
    python3 Scripts/check_releases.py .build/release/idql 3.11.0=m/3.11.0 3.12.0=m/3.12.0 …   # needs numpy, safetensors

The shipped robots start from the recorded states of Tests/PhysicsTests/Golden; small models made here reach every
rule that changed between releases. Prints for each release and model the largest difference of a position and of a
velocity, or that one of the two refused the model.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from safetensors.numpy import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHAPES = """<mujoco><option integrator="{integrator}"/><worldbody>{world}</worldbody>{more}</mujoco>"""
FREE = '<body pos="{pos}"><freejoint/><geom type="{type}" size="{size}" {more}/></body>'


def free(pos, type, size, more=""):
    return FREE.format(pos=pos, type=type, size=size, more=more)


MODELS = {
    "two boxes": SHAPES.format(
        integrator="Euler", more="", world=free("0 0 0", "box", ".2 .3 .1") + free("0.05 0.02 0.19", "box", ".15 .2 .1")),
    "parallel capsules": SHAPES.format(
        integrator="Euler", more="",
        world=free("0 0 0", "capsule", ".1 .3") + free("0.19 0 0.05", "capsule", ".1 .2")),
    "sphere in a box": SHAPES.format(
        integrator="Euler", more="", world='<geom type="box" size=".5 .5 .5"/>' + free("0 0.1 0.4", "sphere", ".1")),
    "margins": SHAPES.format(
        integrator="Euler", more="",
        world='<geom type="plane" size="5 5 1" margin="0.02"/>' + free("0 0 0.125", "sphere", ".1", 'margin="0.01"')),
    "servo of a ball": SHAPES.format(
        integrator="Euler",
        world='<body><joint name="j" type="ball"/><geom type="box" size=".1 .2 .3" mass="1"/></body>',
        more='<actuator><position joint="j" kp="5" gear="1 0.5 0.2"/></actuator>'),
    "damping ratio": SHAPES.format(
        integrator="Euler",
        world='<body><joint name="a" axis="0 1 0"/><geom type="capsule" size=".05" fromto="0 0 0 .4 0 0"/>'
        '<body pos=".4 0 0"><joint name="b" axis="0 1 0"/><geom type="capsule" size=".05" fromto="0 0 0 .3 0 0"/>'
        "</body></body>",
        more='<actuator><position joint="a" kp="20" dampratio="1"/></actuator>'),
    "range alone": SHAPES.format(
        integrator="Euler", more="",
        world='<body><joint axis="0 1 0" range="-20 20"/><geom type="capsule" size=".05" fromto="0 0 0 .4 0 0"/></body>'),
    "spinning body": SHAPES.format(integrator="RK4", more="", world=free("0 0 1", "box", ".1 .2 .3")),
}

RECORD = """
import sys
import mujoco, numpy as np
model = mujoco.MjModel.from_xml_path(sys.argv[1])
for name, value in dict(tolerance=0, iterations=500, ls_iterations=200, ls_tolerance=1e-10).items():
    if hasattr(model.opt, name): setattr(model.opt, name, value)
data, start = mujoco.MjData(model), np.load(sys.argv[2])
end = {"qpos": [], "qvel": []}
for i in range(len(start["qpos"])):
    mujoco.mj_resetData(model, data)
    data.qpos[:], data.qvel[:] = start["qpos"][i], start["qvel"][i]
    if model.nu: data.ctrl[:] = start["ctrl"][i]
    mujoco.mj_step(model, data)
    end["qpos"].append(data.qpos.copy()), end["qvel"].append(data.qvel.copy())
np.savez(sys.argv[3], **{k: np.array(v) for k, v in end.items()})
"""


def made_states(xml, count=40):
    """Around the initial state of a model made here, by the MuJoCo of this interpreter's own environment."""
    import mujoco

    model = mujoco.MjModel.from_xml_string(xml)
    data, rng = mujoco.MjData(model), np.random.default_rng(0)
    states = {"qpos": [], "qvel": [], "ctrl": []}
    for _ in range(count):
        qpos, qvel = model.qpos0.copy(), rng.normal(0, 0.3, model.nv)
        scale = 1.2 if "ball" in xml else 0.01
        mujoco.mj_integratePos(model, qpos, rng.normal(0, scale, model.nv) if "capsule\" size=\".1" not in xml
                               else np.repeat(rng.normal(0, scale, model.nv // 6), 6) * ([1, 1, 1, 0, 0, 0] * (model.nv // 6)), 1)
        states["qpos"].append(qpos), states["qvel"].append(qvel), states["ctrl"].append(rng.uniform(-1, 1, model.nu))
    return {k: np.array(v) for k, v in states.items()}


def cases(folder):
    for name in ("hopper", "walker2d", "half_cheetah", "ant"):
        golden = load_file(ROOT / "Tests/PhysicsTests/Golden/mujoco4" / f"{name}.safetensors")
        states = {k: golden[f"case/{k}"] for k in ("qpos", "qvel", "ctrl")}
        yield name, ROOT / "Sources/Envs/Resources" / f"{name}.xml", states
    long = {k: v.copy() for k, v in states.items()}
    long["qpos"][:, 3:7] *= 1.1
    yield "ant, long quaternions", ROOT / "Sources/Envs/Resources/ant.xml", long
    for name, xml in MODELS.items():
        path = pathlib.Path(folder) / f"{name.replace(' ', '_')}.xml"
        path.write_text(xml)
        yield name, path, made_states(xml)


def main(idql, *releases):
    print("| model | release | states | max qpos | max qvel |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, model, states in cases(folder):
            np.savez(f"{folder}/start.npz", **states)
            save_file({k: v for k, v in states.items() if v.size}, f"{folder}/start.safetensors")
            for release, path in (text.split("=", 1) for text in releases):
                theirs = subprocess.run(
                    [sys.executable, "-c", RECORD, model, f"{folder}/start.npz", f"{folder}/end.npz"],
                    capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
                ours = subprocess.run(
                    [idql, "simulate", model, "--states", f"{folder}/start.safetensors", "--out",
                     f"{folder}/end.safetensors", "--steps", "1", "--physics", release],
                    capture_output=True, text=True)
                if theirs.returncode or ours.returncode:
                    who = [n for n, r in (("MuJoCo", theirs), ("idql", ours)) if r.returncode]
                    message = (theirs if theirs.returncode else ours).stderr.strip().splitlines()[-1]
                    print(f"| {name} | {release} | {len(states['qpos'])} | refused by {' and '.join(who)} | {message[-90:]} |")
                    continue
                mine, end = load_file(f"{folder}/end.safetensors"), np.load(f"{folder}/end.npz")
                worst = [np.abs(mine[k].reshape(end[k].shape) - end[k]).max() for k in ("qpos", "qvel")]
                print(f"| {name} | {release} | {len(states['qpos'])} | {worst[0]:.1e} | {worst[1]:.1e} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
