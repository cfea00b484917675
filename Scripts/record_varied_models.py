#!/usr/bin/env python3
"""Records what MuJoCo 4.0.0 computes for random mechanisms, as golden data for PhysicsTests.

The shipped robots use hinges, slides, one free joint and frictional capsules on a plane. These models
reach what they do not: ball joints, several joints on a body, springs, limits with margins, every
actuator kind, every contact dimension, contacts between moving bodies on different branches and in
different trees, priorities, gaps, fluid, wind, and both integrators.

    python3 -m venv venv && venv/bin/pip install mujoco==4.0.0 numpy safetensors
    venv/bin/python Scripts/record_varied_models.py Tests/PhysicsTests/Golden/varied.safetensors
    venv/bin/python Scripts/record_varied_models.py Tests/PhysicsTests/Golden/varied-convex.safetensors \
        sphere capsule ellipsoid cylinder box
"""
import sys

import mujoco
import numpy as np
from safetensors.numpy import save_file

MODELS, STATES, SEED = 40, 12, 20
PLAIN = ("sphere", "capsule", "box")


def numbers(*values):
    return " ".join(f"{v:.6g}" for v in values)


class Maker:
    """Writes one random mechanism."""

    def __init__(self, seed, shapes):
        self.rng = np.random.default_rng(seed)
        self.shapes = shapes
        self.joints = []
        self.bodies = 0

    def uniform(self, low, high, n=None):
        return self.rng.uniform(low, high, n)

    def chance(self, p):
        return self.rng.random() < p

    def softness(self, names=("solref", "solimp")):
        text = ""
        if self.chance(0.4):
            if self.chance(0.3):
                text += f' {names[0]}="{numbers(-self.uniform(500, 3000), -self.uniform(10, 60))}"'
            else:
                text += f' {names[0]}="{numbers(self.uniform(0.005, 0.05), self.uniform(0.6, 1.4))}"'
        if self.chance(0.4):
            low = self.uniform(0.2, 0.9)
            text += f' {names[1]}="{numbers(low, self.uniform(low, 0.97), self.uniform(0.001, 0.02), self.uniform(0.2, 0.8), self.rng.choice([1, 2, 3.5]))}"'
        return text

    def contact(self):
        text = self.softness()
        if self.chance(0.8):
            text += f' condim="{self.rng.choice([1, 3, 4, 6])}"'
        if self.chance(0.6):
            text += f' friction="{numbers(self.uniform(0.2, 1.5), self.uniform(0.001, 0.1), self.uniform(0.0005, 0.05))}"'
        if self.chance(0.3):
            text += f' margin="{numbers(self.uniform(0, 0.05))}"'
        if self.chance(0.2):
            text += f' gap="{numbers(self.uniform(0, 0.01))}"'
        if self.chance(0.2):
            text += f' priority="{self.rng.integers(0, 3)}"'
        if self.chance(0.3):
            text += f' solmix="{numbers(self.uniform(0.2, 3))}"'
        return text

    def geom(self):
        shape = self.rng.choice(self.shapes)
        size = {
            "sphere": (self.uniform(0.05, 0.2),),
            "capsule": (self.uniform(0.03, 0.12), self.uniform(0.05, 0.3)),
            "box": tuple(self.uniform(0.05, 0.2, 3)),
        }[shape] if shape in PLAIN else tuple(self.uniform(0.05, 0.2, 3 if shape == "ellipsoid" else 2))
        pose = f' pos="{numbers(*self.uniform(-0.15, 0.15, 3))}"' if self.chance(0.6) else ""
        if self.chance(0.5):
            pose += f' euler="{numbers(*self.uniform(-180, 180, 3))}"'
        return f'<geom type="{shape}" size="{numbers(*size)}"{pose}{self.contact()} density="{numbers(self.uniform(200, 3000))}"/>'

    def joint(self, kind):
        name = f"j{len(self.joints)}"
        self.joints.append((name, kind))
        text = f'<joint name="{name}" type="{kind}"'
        if kind != "ball":
            text += f' axis="{numbers(*self.rng.normal(size=3))}"'
        if kind != "slide" and self.chance(0.5):
            text += f' pos="{numbers(*self.uniform(-0.2, 0.2, 3))}"'
        if self.chance(0.5):
            text += f' damping="{numbers(self.uniform(0, 2))}"'
        if self.chance(0.5):
            text += f' armature="{numbers(self.uniform(0, 0.3))}"'
        if self.chance(0.4):
            text += f' stiffness="{numbers(self.uniform(0, 30))}"'
            if kind == "hinge":
                text += f' springref="{numbers(self.uniform(-40, 40))}"'
        if self.chance(0.2) and kind != "ball":
            text += f' ref="{numbers(self.uniform(-0.5, 0.5))}"'
        if self.chance(0.5):
            low, high = {"hinge": (-60, 50), "slide": (-0.3, 0.2), "ball": (0, 60)}[kind]
            text += f' limited="true" range="{numbers(low * self.uniform(0.2, 1), high * self.uniform(0.2, 1))}"'
            if self.chance(0.3):
                text += f' margin="{numbers(self.uniform(0, 0.1))}"'
            text += self.softness(("solreflimit", "solimplimit"))
        return text + "/>"

    def body(self, depth, root):
        self.bodies += 1
        text = f'<body name="b{self.bodies}" pos="{numbers(*self.uniform(-0.4, 0.4, 2), self.uniform(0.1, 0.6) if root else self.uniform(-0.3, 0.3))}"'
        if self.chance(0.6):
            text += f' euler="{numbers(*self.uniform(-180, 180, 3))}"'
        text += ">"
        if root and self.chance(0.6):
            name = f"j{len(self.joints)}"
            self.joints.append((name, "free"))
            text += f'<freejoint name="{name}"/>'
        else:
            count = self.rng.choice([0, 1, 1, 1, 2, 3]) if not root else self.rng.choice([1, 2])
            for place in range(count):
                # no rotation may follow a ball joint
                kinds = ["hinge", "hinge", "slide", "ball"] if place == count - 1 else ["hinge", "slide"]
                text += self.joint(self.rng.choice(kinds))
        for _ in range(self.rng.choice([1, 1, 2])):
            text += self.geom()
        if depth > 0:
            for _ in range(self.rng.choice([0, 1, 1, 2])):
                text += self.body(depth - 1, False)
        return text + "</body>"

    def actuator(self, name, kind):
        gear = numbers(*self.uniform(-3, 3, {"free": 6, "ball": 3}.get(kind, 1)))
        limits = ' ctrllimited="true" ctrlrange="-0.7 0.8"' if self.chance(0.6) else ""
        if self.chance(0.3):
            limits += ' forcelimited="true" forcerange="-2 1.5"'
        choice = self.rng.choice(["motor", "position", "velocity", "general"])
        extra = {
            "motor": "",
            "position": f' kp="{numbers(self.uniform(1, 20))}"',
            "velocity": f' kv="{numbers(self.uniform(0.1, 2))}"',
            "general": f' gaintype="affine" gainprm="{numbers(*self.uniform(-1, 3, 3))}" biastype="affine" biasprm="{numbers(*self.uniform(-1, 1, 3))}"',
        }[choice]
        return f'<{choice} joint="{name}" gear="{gear}"{limits}{extra}/>'

    def document(self):
        trees = "".join(self.body(self.rng.integers(0, 4), True) for _ in range(self.rng.integers(1, 4)))
        option = f'timestep="{self.rng.choice([0.001, 0.002, 0.005, 0.01])}" integrator="{self.rng.choice(["Euler", "RK4"])}"'
        if self.chance(0.3):
            option += f' density="{numbers(self.uniform(1, 500))}" viscosity="{numbers(self.uniform(0, 0.2))}" wind="{numbers(*self.uniform(-2, 2, 3))}"'
        if self.chance(0.3):
            option += f' impratio="{numbers(self.uniform(0.5, 5))}"'
        if self.chance(0.3):
            option += f' gravity="{numbers(*self.uniform(-5, 5, 2), -9.81)}"'
        actuators = "".join(self.actuator(n, k) for n, k in self.joints if self.chance(0.7))
        tilt = f' euler="{numbers(*self.uniform(-10, 10, 2), 0)}"' if self.chance(0.3) else ""
        pairs = ""
        if self.bodies > 2 and self.chance(0.5):
            pairs = '<contact><exclude body1="b1" body2="b3"/></contact>'
        return (
            f'<mujoco><compiler autolimits="true"/><option {option}/><worldbody>'
            f'<geom name="floor" type="plane" size="5 5 1"{tilt}{self.contact()}/>{trees}</worldbody>'
            f"{pairs}<actuator>{actuators}</actuator></mujoco>"
        )


def spread(model, data, qpos, qvel, ctrl, rng):
    """How far accelerations move when positions do by rounding; the search for the depth of convex shapes
    can end at another of its approximations, or divides by the depth."""
    mujoco.mj_resetData(model, data)
    data.qpos[:], data.qvel[:], data.ctrl[:] = qpos, qvel, ctrl
    mujoco.mj_forward(model, data)
    there, count, furthest = data.qacc.copy(), data.ncon, 0.0
    mujoco.mj_step(model, data)
    after = data.qvel.copy()
    for _ in range(20):
        mujoco.mj_resetData(model, data)
        data.qpos[:], data.qvel[:], data.ctrl[:] = qpos * (1 + 3e-16 * rng.normal(size=model.nq)), qvel, ctrl
        mujoco.mj_forward(model, data)
        furthest = max(furthest, np.abs(data.qacc - there).max(initial=0))
        if data.ncon != count:
            return np.inf
        mujoco.mj_step(model, data)
        furthest = max(furthest, np.abs(data.qvel - after).max(initial=0) / model.opt.timestep)
    return furthest


def record(xml, seed, measures_spread):
    model = mujoco.MjModel.from_xml_string(xml)
    rng = np.random.default_rng(seed)
    rows = {k: [] for k in ("qpos", "qvel", "ctrl", "next_qpos", "next_qvel", "qacc", "contacts", "rows")}
    if measures_spread:
        rows["spread"] = []
    data = mujoco.MjData(model)
    for state in range(STATES):
        mujoco.mj_resetData(model, data)
        model.opt.tolerance, model.opt.iterations = 1e-8, 100
        # some steps of free motion with random controls reach typical contacts
        data.qvel[:] = rng.normal(size=model.nv) * 0.5
        for _ in range(int(rng.integers(0, 150))):
            data.ctrl[:] = rng.uniform(-1, 1, model.nu)
            mujoco.mj_step(model, data)
        if np.abs(data.qvel).max(initial=0) > 50 or data.warning.number.any():
            continue
        ctrl = rng.uniform(-1, 1, model.nu)
        qpos, qvel = data.qpos.copy(), data.qvel.copy()
        mujoco.mj_resetData(model, data)
        model.opt.tolerance, model.opt.iterations = 0, 300  # the converged step
        data.qpos[:], data.qvel[:], data.ctrl[:] = qpos, qvel, ctrl
        mujoco.mj_forward(model, data)
        rows["qpos"].append(qpos), rows["qvel"].append(qvel), rows["ctrl"].append(ctrl)
        rows["qacc"].append(data.qacc.copy())
        rows["contacts"].append([data.ncon]), rows["rows"].append([data.nefc])
        if "spread" in rows:
            rows["spread"].append([spread(model, data, qpos, qvel, ctrl, rng)])
            mujoco.mj_resetData(model, data)
            data.qpos[:], data.qvel[:], data.ctrl[:] = qpos, qvel, ctrl
        mujoco.mj_step(model, data)
        rows["next_qpos"].append(data.qpos.copy()), rows["next_qvel"].append(data.qvel.copy())
    return {k: np.array(v, dtype=np.float64) for k, v in rows.items()}


def main(path, shapes=PLAIN, models=MODELS, seed=SEED):
    tensors, documents = {}, {}
    while len(documents) < models:
        seed += 1
        xml = Maker(seed, shapes).document()
        rows = record(xml, seed, tuple(shapes) != PLAIN)
        if len(rows["qpos"]) < STATES // 2 or rows["qvel"].shape[1] == 0:
            continue
        name = f"model{len(documents):03d}"
        documents[name] = xml
        tensors |= {f"{name}/{k}": v for k, v in rows.items() if v.size}
    save_file(tensors, path, metadata=documents | {"mujoco": mujoco.__version__})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or PLAIN)
