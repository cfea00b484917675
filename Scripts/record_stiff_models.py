#!/usr/bin/env python3
"""Records constraint problems that double precision does not resolve, and their minimum.

Random piles whose friction may be 0 and whose masses differ by up to 1e5: rows become up to 1e24 times
stiffer than the masses behind them. MuJoCo builds each problem (M, f, J, D, aref); the acceleration that
minimises its cost is computed here with 45 digits, for MuJoCo's own solver does not always reach it.

    pip install mujoco mpmath numpy safetensors
    Scripts/record_stiff_models.py Tests/PhysicsTests/Golden/stiff.safetensors

One model each under `modelNN`: the MJCF in the metadata, `qpos`, `qvel` and the minimum `qacc` (1 x n).
"""
import sys

import mujoco
import numpy as np
from mpmath import matrix, mp
from safetensors.numpy import save_file

MODELS = 16
# what elimination in double precision must be off by for a model to be kept
LOSS = 1e-6
mp.dps = 45


def make_model(random):
    def friction(values):
        return "%g %g %g" % tuple(random.choice(values, 3))

    def geom():
        shape, count = [("sphere", 1), ("capsule", 2), ("box", 3)][random.integers(0, 3)]
        size = " ".join("%.4f" % v for v in random.uniform(0.03, 0.15, 3)[:count])
        place = " ".join("%.3f" % v for v in random.uniform(-0.05, 0.05, 3) * random.integers(0, 2))
        return (
            f'<geom type="{shape}" size="{size}" mass="{10 ** random.uniform(-3, 2):.6g}" pos="{place}" '
            f'friction="{friction([0, 0, 1e-3, 0.02, 0.5, 1])}" condim="{random.choice([1, 3, 3, 4, 6])}"/>'
        )

    def joint():
        kind = random.choice(["free", "free", "hinge", "ball", "slide"])
        if kind == "free":
            return "<freejoint/>"
        axis = random.choice(["1 0 0", "0 1 0", "1 1 0", "0 0 1"])
        limits = 'range="-10 10" limited="true"' if kind == "hinge" and random.integers(0, 2) else ""
        return (
            f'<joint type="{kind}" axis="{axis}" damping="{random.choice([0, 0.1])}" '
            f'armature="{random.choice([0, 0, 0.01])}" {limits}/>'
        )

    lines = [
        f'<mujoco><option timestep="{random.choice([0.002, 0.004, 0.01])}"/><worldbody>',
        f'<geom type="plane" size="5 5 .1" friction="{friction([0, 0, 1e-3, 0.5, 1])}" '
        f'condim="{random.choice([1, 3, 3, 4, 6])}"/>',
    ]
    for _ in range(random.integers(1, 5)):
        x, y = random.uniform(-0.12, 0.12, 2)
        lines.append(f'<body pos="{x:.3f} {y:.3f} {random.uniform(0.02, 0.4):.3f}">{joint()}{geom()}')
        if random.integers(0, 2):
            place = " ".join("%.3f" % v for v in random.uniform(-0.2, 0.2, 3))
            lines.append(f'<body pos="{place}"><joint type="hinge" axis="0 1 0"/>{geom()}</body>')
        lines.append("</body>")
    return "\n".join(lines) + "</worldbody></mujoco>"


def make_state(random, model, data):
    data.qvel[:] = random.normal(size=model.nv) * random.choice([0, 0.1, 1])
    for joint in range(model.njnt):
        first = model.jnt_qposadr[joint]
        kind = model.jnt_type[joint]
        if kind == mujoco.mjtJoint.mjJNT_FREE:
            data.qpos[first : first + 3] += random.normal(size=3) * 0.02
            first += 3
        if kind in (mujoco.mjtJoint.mjJNT_FREE, mujoco.mjtJoint.mjJNT_BALL):
            turn = random.normal(size=4)
            data.qpos[first : first + 4] = turn / np.linalg.norm(turn)
        else:
            data.qpos[first] = random.normal() * 0.3


def minimum(model, data):
    """Newton's method over sets of active rows, from MuJoCo's own answer."""
    n, rows = model.nv, data.nefc
    mass = np.zeros((n, n))
    mujoco.mj_fullM(model, data, mass)
    jacobian = data.efc_J.reshape(-1, n)[:rows]
    entries = [[(i, mp.mpf(row[i])) for i in range(n) if row[i]] for row in jacobian.tolist()]
    stiffness = [mp.mpf(v) for v in data.efc_D[:rows].tolist()]
    reference = [mp.mpf(v) for v in data.efc_aref[:rows].tolist()]
    active = jacobian @ data.qacc - data.efc_aref[:rows] < 0
    for _ in range(60):
        left, right = matrix(mass.tolist()), matrix(data.qfrc_smooth.tolist())
        for row in np.flatnonzero(active):
            for i, entry in entries[row]:
                weighted = stiffness[row] * entry
                right[i] += weighted * reference[row]
                for j, other in entries[row]:
                    left[i, j] += weighted * other
        solution = mp.cholesky_solve(left, right)
        residuals = [
            sum(entry * solution[i] for i, entry in entries[row]) - reference[row] for row in range(rows)
        ]
        now = np.array([bool(v < 0) for v in residuals])
        if (now == active).all():
            solution = np.array([float(v) for v in solution])
            rows = jacobian[active]
            weighted = rows.T * data.efc_D[: data.nefc][active]
            plain = np.linalg.lstsq(
                mass + weighted @ rows,
                data.qfrc_smooth + weighted @ data.efc_aref[: data.nefc][active],
                rcond=None,
            )[0]
            return solution, abs(plain - solution).max() / abs(solution).max()
        active = now
    return None, 0  # the active rows of each minimum, tried next, form a cycle


tensors, models = {}, {}
seed = 0
while len(models) < MODELS:
    random = np.random.default_rng(seed)
    seed += 1
    name, mjcf = f"model{len(models):02}", make_model(random)
    model = mujoco.MjModel.from_xml_string(mjcf)
    model.opt.tolerance = 0
    model.opt.iterations = 100
    model.opt.jacobian = mujoco.mjtJacobian.mjJAC_DENSE
    data = mujoco.MjData(model)
    make_state(random, model, data)
    position, velocity = data.qpos.copy(), data.qvel.copy()
    mujoco.mj_forward(model, data)
    if data.nefc == 0:
        continue
    acceleration, loss = minimum(model, data)
    if not loss >= LOSS:
        continue
    error = abs(data.qacc - acceleration).max() / abs(acceleration).max()
    print(
        f"{name}: {model.nv} dofs, {data.nefc} rows of D up to {data.efc_D[: data.nefc].max():.1e}; "
        f"elimination is off by {loss:.1e}, MuJoCo by {error:.1e}"
    )
    models[name] = mjcf
    tensors[f"{name}/qpos"], tensors[f"{name}/qvel"] = position[None], velocity[None]
    tensors[f"{name}/qacc"] = acceleration[None]
save_file(tensors, sys.argv[1], metadata=models)
