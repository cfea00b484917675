#!/usr/bin/env python3
"""Records single steps of mechanisms with tendons, equalities, dry friction, elliptic cones, implicit
integrators and actuators with a state, or of those with spatial tendons, or without slip.

    python3 Scripts/record_constraints.py Tests/PhysicsTests/Golden/constraints.json
    python3 Scripts/record_constraints.py Tests/PhysicsTests/Golden/spatial-tendons.json spatial
    python3 Scripts/record_constraints.py Tests/PhysicsTests/Golden/no-slip.json no-slip

Needs the packages mujoco (4.0.0 was used) and numpy. Mechanisms are drawn at random from fixed seeds; of
each, three states are recorded with the state after one step. The Newton solver runs to convergence
(tolerance 0), since MuJoCo's default stops at 1e-8.
"""

import json
import random
import sys

import mujoco
import numpy as np

FEATURES = [
    ("friction", ["friction"]),
    ("tendons", ["tendons", "friction"]),
    ("equalities", ["equalities", "tendons"]),
    ("all of them", ["friction", "tendons", "equalities", "contacts"]),
    ("elliptic cones", ["elliptic", "contacts", "friction", "equalities"]),
    ("implicit", ["implicit", "tendons"]),
    ("activations", ["activations", "tendons", "implicit"]),
    ("activations by Runge-Kutta", ["activations"]),
    ("cylinders", ["contacts", "cylinders"]),
]
SAMPLES_EACH = 10
SPATIAL = [
    ("straight tendons", ["spatial", "armature", "implicit"]),
    ("winding tendons", ["spatial", "winding"]),
    ("limits of forces", ["spatial", "winding", "tendons", "force limits", "friction", "gravcomp"]),
    ("tendons and equalities", ["spatial", "winding", "tendons", "equalities", "implicit", "activations"]),
]
NO_SLIP = [
    ("pyramids without slip", ["no slip", "contacts", "friction"]),
    ("cones without slip", ["no slip", "contacts", "elliptic", "equalities"]),
    ("tendons without slip", ["no slip", "contacts", "friction", "tendons", "spatial"]),
]
SETS = {"all": FEATURES, "spatial": SPATIAL, "no-slip": NO_SLIP}


class Mechanism:
    """Writes one random document."""

    def __init__(self, seed, features):
        self.random = random.Random(seed)
        self.features = features
        self.kinds = {}
        self.joints, self.scalars, self.bodies, self.sites, self.tendons = [], [], [], [], []
        self.drums = []

    def number(self, low, high):
        return f"{self.random.uniform(low, high):.4g}"

    def numbers(self, count, low, high):
        return " ".join(self.number(low, high) for _ in range(count))

    def maybe(self, p, name, *values):
        """The attribute with one of the values, or nothing."""
        return f' {name}="{self.random.choice(values)}"' if self.random.random() < p else ""

    def softness(self, suffix=""):
        return self.maybe(
            0.3, "solref" + suffix, f"{self.number(0.005, 0.1)} {self.number(0.5, 1.5)}"
        ) + self.maybe(
            0.3, "solimp" + suffix,
            f"{self.number(0.5, 0.9)} {self.number(0.9, 0.99)} {self.number(0.001, 0.1)}")

    def friction(self, p):
        if "friction" not in self.features:
            return ""
        return self.maybe(p, "frictionloss", self.number(0, 1)) + self.softness("friction")

    def joint(self, kind=None):
        kind = kind or self.random.choice(["hinge", "hinge", "slide", "ball"])
        name = f"j{len(self.joints)}"
        self.joints.append(name)
        text = f'<joint name="{name}" type="{kind}"' + self.maybe(0.5, "pos", self.numbers(3, -0.1, 0.1))
        text += self.maybe(0.4, "damping", self.number(0, 0.5)) + self.maybe(0.4, "armature", self.number(0, 0.1))
        text += self.maybe(0.3, "stiffness", self.number(0, 5)) + self.friction(0.5)
        self.kinds[f'joint="{name}"'] = kind
        if kind != "ball":
            self.scalars.append(name)
            text += f' axis="{self.numbers(3, -1, 1)}"'
            if "force limits" in self.features:
                text += self.maybe(0.5, "actuatorfrcrange", f"-{self.number(0.05, 1)} {self.number(0.05, 1)}")
            if "gravcomp" in self.features:
                text += self.maybe(0.4, "actuatorgravcomp", "true")
                text += self.maybe(0.2, "springdamper", f"{self.number(0.02, 0.2)} {self.number(0.3, 1.5)}")
            span = 1 if kind == "slide" else 60
            text += self.maybe(
                0.3, "range", f"{self.number(-span, -span / 10)} {self.number(span / 10, span)}")
        return text + "/>"

    def body(self, depth):
        name = f"b{len(self.bodies)}"
        self.bodies.append(name)
        text = f'<body name="{name}" pos="{self.numbers(3, -0.4, 0.4)}"'
        text += self.maybe(0.4, "quat", self.numbers(4, -1, 1))
        if "gravcomp" in self.features:
            text += self.maybe(0.5, "gravcomp", self.number(0, 2))
        text += ">"
        if depth == 0 and self.random.random() < 0.2:
            text += "<freejoint/>"
        elif depth == 0 or self.random.random() < 0.9:
            first = self.joint()
            text += first
            if "ball" not in first and self.random.random() < 0.2:
                text += self.joint("hinge")
        with_cylinders = "cylinders" in self.features
        shape = self.random.choice(["sphere", "cylinder"] if with_cylinders else ["sphere", "capsule", "box"])
        size = {"sphere": self.number(0.03, 0.1), "capsule": f"{self.number(0.03, 0.06)} {self.number(0.05, 0.2)}",
                "cylinder": f"{self.number(0.03, 0.2)} {self.number(0.03, 0.2)}",
                "box": self.numbers(3, 0.03, 0.12)}[shape]
        passes = "contacts" not in self.features or self.random.random() < 0.5
        text += f'<geom type="{shape}" size="{size}" pos="{self.numbers(3, -0.05, 0.05)}"'
        if with_cylinders:
            # two cylinders do not collide
            text += ' contype="1" conaffinity="2"' if shape == "cylinder" else ' contype="2" conaffinity="3"'
        elif passes:
            text += ' contype="0" conaffinity="0"'
        if "no slip" in self.features:
            text += self.maybe(0.6, "condim", 1, 3, 4, 6) + self.maybe(0.5, "friction", self.numbers(3, 0.01, 1))
        text += "/>"
        if "winding" in self.features and self.random.random() < 0.7:
            text += self.drum()
        for _ in range(self.random.randint(1, 2)):
            self.sites.append(f"s{len(self.sites)}")
            text += f'<site name="{self.sites[-1]}" pos="{self.numbers(3, -0.1, 0.1)}" '
            text += f'quat="{self.numbers(4, -1, 1)}"/>'
        if depth < 3:
            for _ in range(self.random.choice([0, 1, 1, 2])):
                text += self.body(depth + 1)
        return text + "</body>"

    def drum(self):
        """A shape for tendons to be wound around, with a site in it and one beside it."""
        name = f"d{len(self.drums)}"
        place = [self.random.uniform(-0.2, 0.2) for _ in range(3)]
        radius = self.random.uniform(0.03, 0.2)
        shape = self.random.choice([f'type="sphere" size="{radius:.4g}"', f'type="cylinder" size="{radius:.4g} .1"'])
        text = f'<geom name="{name}" {shape} pos="{" ".join(f"{p:.4g}" for p in place)}" '
        text += f'quat="{self.numbers(4, -1, 1)}" mass="0.05" contype="0" conaffinity="0"/>'
        for end, reach in (("i", 0.5 * radius), ("o", 2.5 * radius)):
            beside = " ".join(f"{p + self.random.uniform(-reach, reach):.4g}" for p in place)
            text += f'<site name="{name}{end}" pos="{beside}"/>'
        self.drums.append(name)
        return text

    def spatial(self):
        self.tendons.append(f"t{len(self.tendons)}")
        path, winds = "", False
        for branch in range(self.random.choice([1, 1, 2])):
            if branch or self.random.random() < 0.2:
                path += f'<pulley divisor="{self.number(1, 4)}"/>'
            for index, site in enumerate(self.random.sample(self.sites, min(len(self.sites), self.random.randint(2, 4)))):
                if index and self.drums and self.random.random() < 0.6:
                    drum = self.random.choice(self.drums)
                    side = self.maybe(0.5, "sidesite", drum + "i", drum + "o", self.random.choice(self.sites))
                    path += f'<geom geom="{drum}"{side}/>'
                    winds = True
                path += f'<site site="{site}"/>'
        text = f'<spatial name="{self.tendons[-1]}"{self.pulling(0.2, 0.6, 1)}'
        if "armature" in self.features and not winds:
            text += self.maybe(0.7, "armature", self.number(0, 0.2))
        if "force limits" in self.features:
            text += self.maybe(0.7, "actuatorfrcrange", f"-{self.number(0.05, 1)} {self.number(0.05, 1)}")
        return f"{text}>{path}</spatial>"

    def fixed(self):
        self.tendons.append(f"t{len(self.tendons)}")
        joints = self.random.sample(self.scalars, min(len(self.scalars), self.random.randint(1, 3)))
        return (
            f'<fixed name="{self.tendons[-1]}"{self.pulling(-0.3, 0, 0.3)}'
            + (self.maybe(0.5, "armature", self.number(0, 0.2)) if "armature" in self.features else "") + ">"
            + "".join(f'<joint joint="{joint}" coef="{self.number(-2, 2)}"/>' for joint in joints)
            + "</fixed>")

    def pulling(self, low, middle, high):
        text = self.maybe(0.4, "stiffness", self.number(0, 20)) + self.maybe(0.4, "damping", self.number(0, 1))
        text += self.maybe(0.3, "springlength", f"{self.number(low, middle)} {self.number(middle, high)}")
        text += self.friction(0.4)
        text += self.maybe(0.4, "range", f"{self.number(2 * low, middle)} {self.number(middle, 2 * high)}")
        return text + self.maybe(0.4, "margin", self.number(0, 0.05)) + self.softness("limit")

    def equality(self):
        kind = self.random.choice(["connect", "connect", "weld", "weld", "joint", "tendon"])
        names = {"joint": self.scalars, "tendon": self.tendons}.get(kind)
        if names is not None:
            if not names:
                return ""
            chosen = self.random.sample(names, min(len(names), 2))
            text = f'<{kind} {kind}1="{chosen[0]}" polycoef="{self.numbers(5, -1, 1)}"'
            if len(chosen) > 1:
                text += self.maybe(0.8, kind + "2", chosen[1])
        elif self.random.random() < 0.5:
            chosen = self.random.sample(self.bodies, min(2, len(self.bodies)))
            text = f'<{kind} body1="{chosen[0]}"'
            if len(chosen) > 1:
                text += self.maybe(0.8, "body2", chosen[1])
            text += self.maybe(1 if kind == "connect" else 0.5, "anchor", self.numbers(3, -0.2, 0.2))
            if kind == "weld":
                text += self.maybe(0.3, "relpose", f"{self.numbers(3, -0.2, 0.2)} {self.numbers(4, -1, 1)}")
        else:
            one, other = self.random.sample(self.sites, 2)
            text = f'<{kind} site1="{one}" site2="{other}"'
        if kind == "weld":
            text += self.maybe(0.4, "torquescale", self.number(0.2, 2))
        return text + self.softness() + "/>"

    def actuator(self):
        if self.tendons and self.random.random() < 0.6:
            target = f'tendon="{self.random.choice(self.tendons)}"'
        elif self.joints:
            target = f'joint="{self.random.choice(self.joints)}"'
        else:
            return ""
        if "activations" in self.features and "ball" not in self.kinds.get(target, ""):
            dynamics = self.random.choice(["integrator", "filter", "filterexact"])
            kind = self.random.choice([
                f'<general dyntype="{dynamics}" dynprm="{self.number(0.01, 0.3)}" biastype="affine"'
                f' biasprm="0 {self.number(-3, 0)} {self.number(-1, 0)}" actearly="true"',
                f'<general dyntype="{dynamics}" dynprm="{self.number(0.01, 0.3)}" actrange="-.3 .3"',
                f'<intvelocity kp="{self.number(1, 5)}" kv="{self.number(0, 1)}" actrange="-1 1"',
                f'<position kp="{self.number(1, 20)}" timeconst="{self.number(0.02, 0.2)}"'])
            return f'{kind} {target} gear="{self.number(0.3, 2)}" ctrlrange="-1 1"/>'
        kind = self.random.choice([
            "<motor", f'<position kp="{self.number(1, 20)}"', f'<velocity kv="{self.number(0.1, 2)}"',
            f'<position kp="{self.number(1, 20)}" dampratio="{self.number(0.5, 1.5)}"'])
        text = f'{kind} {target} gear="{self.number(0.3, 2)}"' + self.maybe(0.4, "ctrlrange", "-1 1")
        return text + self.maybe(0.3, "forcerange", f"-{self.number(0.1, 2)} {self.number(0.1, 2)}") + "/>"

    def document(self):
        floor = '<geom type="plane" size="5 5 .1" pos="0 0 -.4" contype="3" conaffinity="3"/>' if "contacts" in self.features else ""
        world = floor + '<site name="fixed" pos=".1 .2 .3"/>'
        self.sites.append("fixed")
        world += "".join(self.body(0) for _ in range(self.random.randint(1, 3)))
        parts = {"tendon": "", "equality": "", "actuator": ""}
        if "tendons" in self.features and self.scalars:
            parts["tendon"] = "".join(self.fixed() for _ in range(self.random.randint(1, 3)))
        if "spatial" in self.features and len(self.sites) > 1:
            parts["tendon"] += "".join(self.spatial() for _ in range(self.random.randint(1, 3)))
        if "equalities" in self.features:
            parts["equality"] = "".join(self.equality() for _ in range(self.random.randint(1, 3)))
        parts["actuator"] = "".join(self.actuator() for _ in range(self.random.randint(0, 3)))
        integrators = ["implicit", "implicitfast"] if "implicit" in self.features else ["Euler", "RK4"]
        option = f'timestep="{self.number(0.001, 0.006)}" integrator="{self.random.choice(integrators)}"'
        if "elliptic" in self.features:
            option += ' cone="elliptic"' + self.maybe(0.5, "impratio", self.number(0.5, 10))
        flags = ""
        if "no slip" in self.features:
            option += f' noslip_iterations="{self.random.choice([1, 3, 5, 20])}"'
            option += self.maybe(0.3, "noslip_tolerance", "0")
            flags = self.random.choice(["", "", '<flag island="disable"/>'])
        options = f"<option {option}>{flags}</option>" if flags else f"<option {option}/>"
        sections = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items())
        return (
            f'<mujoco>{options}<default><geom density="500"/></default>'
            f"<worldbody>{world}</worldbody>{sections}</mujoco>")


def steps(document, seed):
    model = mujoco.MjModel.from_xml_string(document)
    model.opt.solver, model.opt.tolerance = mujoco.mjtSolver.mjSOL_NEWTON, 0
    model.opt.iterations, model.opt.ls_iterations, model.opt.ls_tolerance = 200, 200, 1e-10
    generator = np.random.default_rng(seed)
    data = mujoco.MjData(model)
    found = []
    for size in (0, 0.1, 0.4):
        mujoco.mj_resetData(model, data)
        mujoco.mj_integratePos(model, data.qpos, size * generator.normal(size=model.nv), 1)
        data.qvel[:] = 4 * size * generator.normal(size=model.nv)
        data.ctrl[:] = generator.normal(size=model.nu)
        data.act[:] = 0.3 * generator.normal(size=model.na)
        start = {"position": data.qpos.tolist(), "velocity": data.qvel.tolist(), "control": data.ctrl.tolist(),
                 "activation": data.act.tolist()}
        mujoco.mj_step(model, data)
        if not np.all(np.abs(data.qvel) < 1e3):
            return None
        after = {"position": data.qpos.tolist(), "velocity": data.qvel.tolist(), "activation": data.act.tolist()}
        found.append({**start, "next": after})
    return found


def main(path, chosen="all"):
    samples = []
    for name, features in SETS[chosen]:
        count, seed = 0, 0
        while count < (SAMPLES_EACH if chosen == "all" else 8):
            seed += 1
            document = Mechanism(f"{name} {seed}", features).document()
            try:
                found = steps(document, seed)
            except (ValueError, mujoco.FatalError):
                continue
            if found:
                count += 1
                samples.append({"name": f"{name} {seed}", "document": document, "steps": found})
    reference = f"mujoco {mujoco.__version__}, Scripts/record_constraints.py"
    json.dump({"reference": reference, "samples": samples}, open(path, "w"), separators=(",", ":"))


if __name__ == "__main__":
    main(*sys.argv[1:])
