#!/usr/bin/env python3
"""One step of every model in a set of folders, beside MuJoCo's: which load and agree, differ or are refused.

    python3 Scripts/check_models.py IDQL FOLDER ...       # needs mujoco (4.0.0 was used), numpy and safetensors

The folders are those of unpacked packages, such as `pip download --no-deps gymnasium-robotics` gives. Every
document that MuJoCo compiles counts as a model. From its start, and after a few dozen steps with random
controls, MuJoCo makes a step with its solver converged (Newton, tolerance 0); IDQL (the program) makes one
from the same states. A model agrees where the largest velocity differs by less than 1e-9 relative in every
state. Where the positions, changed by rounding, move MuJoCo's own step by more, 100 times that is allowed.
What differs by more is undetermined where MuJoCo's own step moves by as much when each corner of a mesh lists
its polygons in another order, and each polygon begins at another corner: these orders are those in which the
program of its convex hulls finds triangles, and nothing in a document says them.
"""
import collections
import contextlib
import copy
import pathlib
import re
import subprocess
import sys
import tempfile

import mujoco
import numpy as np
from safetensors.numpy import load_file, save_file

STATES = 4


@contextlib.contextmanager
def converged(model):
    """The model with a solver that goes on to rounding; the sweeps without slip stay as they are."""
    kept = {name: getattr(model.opt, name) for name in ("tolerance", "iterations", "solver", "ls_iterations", "ls_tolerance")}
    model.opt.tolerance, model.opt.iterations, model.opt.solver = 0, 200, mujoco.mjtSolver.mjSOL_NEWTON
    model.opt.ls_iterations, model.opt.ls_tolerance = 200, 1e-10
    yield
    for name, value in kept.items():
        setattr(model.opt, name, value)


def step(model, data, position, velocity, control):
    mujoco.mj_resetData(model, data)
    data.qpos[:], data.qvel[:], data.ctrl[:] = position, velocity, control
    mujoco.mj_step(model, data)
    return data.qvel.copy()


def recorded(model, rng):
    """States and converged steps, with how far rounding moves these."""
    data = mujoco.MjData(model)
    rows = collections.defaultdict(list)
    for number in range(STATES):
        mujoco.mj_resetData(model, data)
        for _ in range(20 * number):
            data.ctrl[:] = rng.uniform(-1, 1, model.nu)
            mujoco.mj_step(model, data)
        if data.warning.number.any() or not np.isfinite(data.qpos).all():
            continue
        state = data.qpos.copy(), data.qvel.copy(), rng.uniform(-0.5, 0.5, model.nu)
        if np.abs(state[1]).max(initial=0) > 1e3:
            continue
        with converged(model):
            end = step(model, data, *state)
            spread = 0.0
            for _ in range(6):
                near = state[0] * (1 + 3e-16 * rng.normal(size=model.nq))
                spread = max(spread, np.abs(step(model, data, near, *state[1:]) - end).max(initial=0))
        for key, value in zip(("qpos", "qvel", "ctrl", "end", "spread"), (*state, end, [spread])):
            rows[key].append(value)
    return {key: np.array(value, dtype=np.float64) for key, value in rows.items()}


def rearranged(model, rng):
    """The same convex hulls, with their polygons in other orders; the first three corners of one give its normal."""
    other = copy.deepcopy(model)
    for starts, counts, entries, change in (
        (other.mesh_polyvertadr, other.mesh_polyvertnum, other.mesh_polyvert, lambda x: np.roll(x, rng.integers(len(x)))),
        (other.mesh_polymapadr, other.mesh_polymapnum, other.mesh_polymap, rng.permutation),
    ):
        for start, count in zip(starts, counts):
            if count:
                entries[start : start + count] = change(entries[start : start + count].copy())
    for mesh in range(other.nmesh):
        first = other.mesh_polyadr[mesh]
        for polygon in range(first, first + other.mesh_polynum[mesh]):
            start = other.mesh_polyvertadr[polygon]
            a, b, c = other.mesh_vert[other.mesh_vertadr[mesh] + other.mesh_polyvert[start : start + 3]].astype(float)
            normal = np.cross(b - a, c - a)
            if normal.any():
                other.mesh_polynormal[polygon] = normal / np.linalg.norm(normal)
    return other


def is_undetermined(model, rows, found, rng):
    """Whether other orders of polygons move every state by at least half of the difference to it."""
    farthest = np.zeros(len(found))
    for _ in range(20):
        other = rearranged(model, rng)
        data = mujoco.MjData(other)
        with converged(other):
            for k, end in enumerate(rows["end"]):
                moved = step(other, data, *(rows[key][k] for key in ("qpos", "qvel", "ctrl")))
                farthest[k] = max(farthest[k], np.abs(moved - end).max())
    scale = 1 + np.abs(rows["end"]).max(axis=1)
    allowed = 1e-9 * scale + 100 * rows["spread"][:, 0] + 2 * farthest
    return (np.abs(found - rows["end"]).max(axis=1) <= allowed).all()


def verdict(idql, path, model, rng):
    rows = recorded(model, rng)
    if not rows or model.nv == 0:
        run = subprocess.run([idql, "bench", "physics", path, "--steps", "2"], capture_output=True, text=True)
        return ("refused", run.stderr) if run.returncode else ("agrees", "nothing in it moves")
    with tempfile.TemporaryDirectory() as folder:
        start, end = f"{folder}/start.safetensors", f"{folder}/end.safetensors"
        save_file({key: rows[key] for key in ("qpos", "qvel", "ctrl") if rows[key].size}, start)
        run = subprocess.run(
            [idql, "simulate", path, "--states", start, "--out", end, "--steps", "1"], capture_output=True, text=True
        )
        if run.returncode:
            return "refused", run.stderr
        found = load_file(end)["qvel"]
    scale = 1 + np.abs(rows["end"]).max(axis=1)
    excess = np.abs(found - rows["end"]).max(axis=1) / (1e-9 * scale + 100 * rows["spread"][:, 0])
    if excess.max() <= 1:
        return "agrees", ""
    kind = "undetermined" if model.nmesh and is_undetermined(model, rows, found, rng) else "differs"
    return kind, f"{(excess > 1).sum()} of {len(excess)} states, {np.abs(found - rows['end']).max():.1e}"


def main(idql, *folders):
    rng = np.random.default_rng(0)
    totals, reasons = {}, collections.Counter()
    for folder in map(pathlib.Path, folders):
        counts = totals.setdefault(folder.name, collections.Counter())
        for path in sorted(folder.rglob("*.xml")):
            try:
                model = mujoco.MjModel.from_xml_path(str(path))
            except ValueError:
                continue
            kind, reason = verdict(idql, str(path), model, rng)
            counts[kind] += 1
            print(f"{kind}\t{path.relative_to(folder)}\t{reason.strip()}", flush=True)
            if kind == "refused":
                reasons[re.sub(r"^.*?\.xml:\d+: |[\"'][^\"']*[\"']", "", reason.strip().splitlines()[-1])[:80]] += 1
    print("\n| package | models | agree | differ | undetermined | refused |\n|---|---|---|---|---|---|")
    for name, counts in totals.items():
        kinds = " | ".join(str(counts[kind]) for kind in ("agrees", "differs", "undetermined", "refused"))
        print(f"| {name} | {sum(counts.values())} | {kinds} |")
    print("\n| refused for | models |\n|---|---|")
    for reason, count in reasons.most_common():
        print(f"| {reason} | {count} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
