#!/usr/bin/env python3
"""Records what MuJoCo compiles from varied MJCF documents.

    python3 Scripts/record_compiled_models.py 40 recordings Tests/PhysicsTests/Golden/compiled-models.json

Needs the packages mujoco (4.0.0 was used), numpy and safetensors. `recordings` is a folder with
`mujoco-2.1.0` and `mujoco-4.0.0`, each holding one safetensors file per robot, whose `model/*` arrays
are copied. Documents are drawn at random from a fixed seed:
nested default classes, every spelling of an orientation, all shapes with and without `fromto`,
explicit inertia, all joint types, contact pairs and exclusions, priorities and mixing weights, every
supported actuator, keyframes. Documents that MuJoCo refuses, or warns about, are skipped.
"""

import json
import random
import sys

import mujoco
import numpy as np
from safetensors.numpy import load_file

FIELDS = """
    body_parentid body_rootid body_weldid body_jntnum body_dofnum body_pos body_quat body_ipos body_iquat
    body_mass body_inertia body_invweight0
    jnt_type jnt_bodyid jnt_qposadr jnt_dofadr jnt_pos jnt_axis jnt_limited jnt_range jnt_margin
    jnt_stiffness jnt_solref jnt_solimp
    dof_bodyid dof_jntid dof_parentid dof_armature dof_damping dof_invweight0
    geom_type geom_bodyid geom_pos geom_quat geom_size geom_rbound geom_contype geom_conaffinity
    geom_condim geom_priority geom_friction geom_margin geom_gap geom_solmix geom_solref geom_solimp
    geom_group
    site_bodyid site_type site_pos site_quat site_size cam_bodyid cam_pos cam_quat cam_fovy
    actuator_gear qpos0 qpos_spring key_time key_qpos key_qvel key_ctrl
""".split()


class Writer:
    """Writes one random document."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seed = seed
        self.degrees = self.chance(0.6)
        self.auto_limits = self.chance(0.8)
        self.classes, self.bodies, self.contacts, self.joints = [], [], [], []
        self.geom_count = 0

    def chance(self, p):
        return self.random.random() < p

    def number(self, low, high):
        return f"{self.random.uniform(low, high):.{self.random.choice([2, 3, 5])}f}"

    def numbers(self, count, low=-1.0, high=1.0):
        return " ".join(self.number(low, high) for _ in range(count))

    def maybe(self, p, name, value):
        return f' {name}="{value}"' if self.chance(p) else ""

    def orientation(self):
        span = 120 if self.degrees else 2
        kind = self.random.choice(["", "", "quat", "euler", "axisangle", "xyaxes", "zaxis", "down"])
        return {
            "": "",
            "quat": f' quat="{self.numbers(4)}"',
            "euler": f' euler="{self.numbers(3, -span, span)}"',
            "axisangle": f' axisangle="{self.numbers(3, 0.1)} {self.number(-span, span)}"',
            "xyaxes": f' xyaxes="{self.numbers(6)}"',
            "zaxis": f' zaxis="{self.numbers(3)}"',
            "down": ' zaxis="0 0 -2"',
        }[kind]

    def softness(self, suffix=""):
        references = [
            f"{self.number(0.005, 0.1)} {self.number(0.3, 2)}",
            f"{self.number(0.005, 0.1)}",
            f"-{self.number(50, 500)} -{self.number(1, 20)}",
        ]
        impedances = [".8 .9 .02", "0.5 .99 .003 .3 3", ".7"]
        return self.maybe(0.3, "solref" + suffix, self.random.choice(references)) + self.maybe(
            0.3, "solimp" + suffix, self.random.choice(impedances))

    def a_class(self):
        return self.maybe(0.4, "class", self.random.choice(self.classes)) if self.classes else ""

    def geom_settings(self):
        r = self.random
        text = self.maybe(0.4, "friction", self.numbers(r.choice([1, 2, 3]), 0, 1.5))
        text += self.maybe(0.3, "condim", r.choice([1, 3, 4, 6]))
        text += self.maybe(0.3, "priority", r.randint(0, 2))
        text += self.maybe(0.3, "solmix", r.choice(["0", ".5", "2", "3"]))
        text += self.maybe(0.3, "margin", self.number(0, 0.05))
        text += self.maybe(0.2, "gap", self.number(0, 0.03))
        text += self.softness()
        text += self.maybe(0.2, "group", r.randint(0, 5))
        text += self.maybe(0.2, "density", self.number(10, 3000))
        text += self.maybe(0.2, "mass", self.number(0.1, 5))
        return text

    def filters(self):
        return self.maybe(0.3, "contype", self.random.randint(0, 5)) + self.maybe(
            0.3, "conaffinity", self.random.randint(0, 5))

    def default(self, name, depth):
        r = self.random
        text = f'<default class="{name}">' if name else "<default>"
        if self.chance(0.6):
            text += f"<geom{self.geom_settings()}{self.filters()}/>"
        if self.chance(0.6):
            text += "<joint" + self.maybe(0.5, "armature", self.number(0, 1))
            text += self.maybe(0.5, "damping", self.number(0, 2)) + self.maybe(0.3, "margin", "0.01")
            text += self.softness("limit") + "/>"
        if self.chance(0.4):
            text += f'<site size="{self.numbers(r.choice([1, 2, 3]), 0.01, 0.1)}"'
            text += self.maybe(0.5, "type", r.choice(["box", "capsule", "ellipsoid"])) + "/>"
        if self.chance(0.3):
            text += f'<pair condim="{r.choice([1, 3, 4, 6])}"{self.softness()}'
            text += f' friction="{self.numbers(r.choice([1, 3, 5]), 0.1, 1)}"/>'
        if self.chance(0.5):
            text += r.choice([
                f'<motor gear="{self.number(1, 100)}" ctrlrange="-1 1"/>',
                f'<position kp="{self.number(1, 100)}"{self.maybe(0.5, "kv", "2")}/>',
                f'<general gear="{self.numbers(2, 1, 10)}" forcerange="-5 7"/>',
                f'<velocity kv="{self.number(1, 10)}"/>',
                '<general gaintype="affine" gainprm="2 .5 .25" biastype="affine" biasprm="1 2 3"/>',
            ])
        for index in range(r.randint(0, 2) if depth else 0):
            child = f"{name or 'c'}_{index}"
            self.classes.append(child)
            text += self.default(child, depth - 1)
        return text + "</default>\n"

    def geom(self, is_static):
        name = f"g{self.geom_count}"
        self.geom_count += 1
        shape = self.random.choice(
            ["sphere", "capsule", "box", "sphere", "capsule", "box", "cylinder", "ellipsoid"])
        if is_static and self.chance(0.4):
            shape = "plane"
        count = {"sphere": 1, "capsule": 2, "cylinder": 2}.get(shape, 3)
        text = f'<geom name="{name}" type="{shape}"{self.a_class()}{self.geom_settings()}'
        if shape in ("cylinder", "ellipsoid"):
            text += ' contype="0" conaffinity="0"'
        else:
            text += self.filters()
            self.contacts.append(name)
        if count > 1 and shape != "plane" and self.chance(0.4):
            given = self.random.choice([1, count])
            text += f' fromto="{self.numbers(6, -0.5, 0.5)}" size="{self.numbers(given, 0.02, 0.2)}"'
        else:
            text += f' size="{self.numbers(count, 0.02, 0.3)}"{self.orientation()}'
            text += self.maybe(0.7, "pos", self.numbers(3, -0.5, 0.5))
        return text + "/>\n"

    def joint(self, kind, axis):
        r = self.random
        name = f"j{len(self.joints)}"
        self.joints.append((name, kind))
        turns = kind in ("hinge", "ball")
        span = 60 if self.degrees and turns else 1
        text = f'<joint name="{name}" type="{kind}"{self.a_class()}'
        if kind in ("hinge", "slide"):
            text += f' axis="{axis}"'
            text += self.maybe(0.3, "ref", self.number(-span, span))
            text += self.maybe(0.3, "springref", self.number(-span, span))
        if self.chance(0.5):
            low, high = (0, r.uniform(0.1, span)) if kind == "ball" else sorted(
                r.uniform(-span, span) for _ in range(2))
            text += f' range="{low:.3f} {high:.3f}"'
            text += self.maybe(0.3 if self.auto_limits else 1, "limited", r.choice(["true", "false"]))
        text += self.maybe(0.5, "pos", self.numbers(3, -0.2, 0.2))
        text += self.maybe(0.3, "stiffness", self.number(1, 50))
        text += self.maybe(0.3, "armature", self.number(0.01, 0.5))
        text += self.maybe(0.3, "damping", self.number(0.01, 3))
        text += self.maybe(0.3, "margin", self.number(0, 0.1))
        return text + self.softness("limit") + "/>\n"

    def joints_of(self, is_top):
        kinds = ["ball", "h", "hh", "s", "none", "sb"]
        if is_top:
            kinds += ["free", "freejoint", "ss", "ssh", "hhh"]
        kind = self.random.choice(kinds)
        if kind == "none":
            return ""
        if kind == "freejoint":
            return "<freejoint/>\n"
        if kind in ("free", "ball"):
            return self.joint(kind, None)
        # axes that differ: joints of one body must not double each other
        axes = self.random.sample(["1 0 0", "0 -2 0", "0 0 1", "1 2 3", "-.3 .4 .1"], len(kind))
        names = {"h": "hinge", "s": "slide", "b": "ball"}
        return "".join(self.joint(names[letter], axis) for letter, axis in zip(kind, axes))

    def body(self, depth, is_top):
        name = f"b{len(self.bodies)}"
        self.bodies.append(name)
        text = f'<body name="{name}" pos="{self.numbers(3)}"{self.orientation()}'
        if self.classes:
            text += self.maybe(0.2, "childclass", self.random.choice(self.classes))
        text += ">\n" + self.joints_of(is_top)
        text += "".join(self.geom(False) for _ in range(self.random.randint(1, 3)))
        if self.chance(0.25):
            start = f'<inertial pos="{self.numbers(3, -0.1, 0.1)}" mass="{self.number(0.5, 3)}"'
            text += self.random.choice([
                f'{start} diaginertia="{self.numbers(3, 0.9, 1.1)}"{self.orientation()}/>\n',
                f'{start} fullinertia="1.1 1.2 1.3 {self.numbers(3, -0.2, 0.2)}"/>\n',
            ])
        if self.chance(0.3):
            text += f'<site name="s{name}" pos="{self.numbers(3)}"{self.orientation()}/>\n'
        if self.chance(0.2):
            text += f'<site type="capsule" size=".01" fromto="{self.numbers(6)}"/>\n'
        if self.chance(0.3):
            text += f'<camera pos="{self.numbers(3)}"{self.orientation()} mode="trackcom"/>\n'
        for _ in range(self.random.randint(0, 2) if depth else 0):
            text += self.body(depth - 1, False)
        return text + "</body>\n"

    def contact(self):
        text = ""
        if len(self.contacts) > 3 and self.chance(0.6):
            names = self.random.sample(self.contacts, 4)
            for first, second in ((names[0], names[1]), (names[2], names[3])):
                text += f'<pair geom1="{first}" geom2="{second}"{self.a_class()}{self.softness()}'
                text += self.maybe(0.3, "condim", "4") + self.maybe(0.3, "margin", ".03")
                text += self.maybe(0.3, "gap", ".02") + self.maybe(0.3, "friction", ".5 .6") + "/>\n"
        if self.chance(0.6):
            first, second = self.random.sample(self.bodies + ["world"], 2)
            text += f'<exclude body1="{first}" body2="{second}"/>\n'
        return f"<contact>\n{text}</contact>\n"

    def actuator(self, index, joint, kind):
        tag = "motor"
        if kind in ("hinge", "slide"):
            tag = self.random.choice(["motor", "position", "velocity", "general", "damper"])
        text = f'<{tag} name="a{index}" joint="{joint}"{self.a_class()}'
        if kind in ("free", "ball"):
            text += f' gear="{self.numbers(6)}"'
        else:
            text += self.maybe(0.4, "gear", self.number(0.5, 20))
        if tag == "damper":
            text += f' kv="{self.number(0, 3)}" ctrlrange="0 2"'
        elif self.chance(0.4):
            text += ' ctrlrange="-.5 .7" ctrllimited="true"'
        text += self.maybe(0.3, "forcerange", '-3 3" forcelimited="true')
        if tag == "position":
            text += self.maybe(0.6, "kp", self.number(1, 50))
            text += self.random.choice(["", ' kv="1.5"', ' dampratio="0.7"'])
        if tag == "velocity":
            text += self.maybe(0.6, "kv", self.number(1, 50))
        if tag == "general":
            text += self.maybe(0.5, "gainprm", self.numbers(self.random.choice([1, 3]), -5, 5))
            text += self.maybe(0.5, "biastype", self.random.choice(["none", "affine"]))
            text += self.maybe(0.5, "biasprm", self.numbers(3, -5, 5))
        return text + "/>\n"

    def document(self):
        r = self.random
        text = f'<mujoco model="m{self.seed}">\n'
        text += f'<compiler angle="{"degree" if self.degrees else "radian"}"'
        text += f' eulerseq="{r.choice(["xyz", "XYZ", "zyx", "xYz", "ZXZ"])}"'
        text += f' autolimits="{"true" if self.auto_limits else "false"}"'
        text += self.maybe(0.3, "inertiafromgeom", "true")
        text += self.maybe(0.15, "boundmass", '1.5" boundinertia="0.05" balanceinertia="true')
        text += self.maybe(0.2, "inertiagrouprange", "0 3") + "/>\n"
        text += f'<option timestep="0.00{r.randint(1, 9)}" integrator="{r.choice(["Euler", "RK4"])}"/>\n'
        text += self.default("", 2) + "<worldbody>\n"
        text += "".join(self.geom(True) for _ in range(r.randint(0, 3)))
        text += "".join(self.body(r.randint(0, 3), True) for _ in range(r.randint(1, 2)))
        text += "</worldbody>\n" + self.contact() + "<actuator>\n"
        for index, (joint, kind) in enumerate(self.joints):
            if self.chance(0.6):
                text += self.actuator(index, joint, kind)
        text += "</actuator>\n"
        model = mujoco.MjModel.from_xml_string(text + "</mujoco>")
        if model.nq and self.chance(0.4):
            text += f'<keyframe><key time=".5" qpos="{self.numbers(model.nq)}"/><key/></keyframe>\n'
        return text + "</mujoco>\n"


def contact_pairs(model):
    """All pairs that can touch, with their parameters: margins are widened until every pair does."""
    margins = model.geom_margin + 0, model.geom_gap + 0, model.pair_margin + 0
    explicit = {
        frozenset((int(a), int(b))): i
        for i, (a, b) in enumerate(zip(model.pair_geom1, model.pair_geom2))}
    types = model.geom_type + 0
    # boxes lose contacts at such margins: let every shape but a plane be a sphere
    model.geom_type[types != mujoco.mjtGeom.mjGEOM_PLANE] = mujoco.mjtGeom.mjGEOM_SPHERE
    model.geom_margin[:], model.geom_gap[:] = 1e4, 0
    model.pair_margin[:], model.pair_gap[:] = 1e4, 0
    model.body_margin[:] = 1e4
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    found = []
    for contact in data.contact:
        first, second = sorted(contact.geom.tolist(), key=lambda g: types[g])
        index = explicit.get(frozenset((first, second)))
        margin = margins[0][first] + margins[0][second] if index is None else margins[2][index]
        found.append({
            "geoms": [first, second], "dimension": int(contact.dim), "activeMargin": float(margin),
            "friction": contact.friction.tolist(), "solref": contact.solref.tolist(),
            "solimp": contact.solimp.tolist()})
    return found


def record(text, model=None):
    """`model` is that of the text, where the text alone does not give it."""
    model = model or mujoco.MjModel.from_xml_string(text)
    arrays = {name: getattr(model, name).astype(float).ravel().tolist() for name in FIELDS}
    def ranges(values, limited, unlimited=(-1e300, 1e300)):
        # JSON has no infinity
        return np.where(limited[:, None] != 0, values, [unlimited]).clip(-1e300, 1e300).ravel().tolist()

    # MuJoCo leaves ranges without effect in degrees
    arrays["jnt_range"] = ranges(model.jnt_range, model.jnt_limited, (0, 0))
    arrays["actuator_trnid"] = model.actuator_trnid[:, 0].tolist()

    arrays["actuator_ctrlrange"] = ranges(model.actuator_ctrlrange, model.actuator_ctrllimited)
    arrays["actuator_forcerange"] = ranges(model.actuator_forcerange, model.actuator_forcelimited)
    gain, bias = model.actuator_gainprm[:, :3] + 0, model.actuator_biasprm[:, :3] + 0
    gain[model.actuator_gaintype == 0, 1:] = 0
    bias[model.actuator_biastype == 0] = 0
    arrays["actuator_gain"], arrays["actuator_bias"] = gain.ravel().tolist(), bias.ravel().tolist()
    return {"document": text, "arrays": arrays, "pairs": contact_pairs(model)}


def robots(folder):
    """The arrays that both releases recorded."""
    keys = ["body_mass", "body_inertia", "body_ipos", "body_iquat", "body_invweight0", "dof_invweight0"]
    found = {}
    for profile, release in (("mujoco2.1", "mujoco-2.1.0"), ("mujoco4", "mujoco-4.0.0")):
        found[profile] = {}
        for name in ("hopper", "walker2d", "walker2d_v5", "half_cheetah", "ant"):
            arrays = load_file(f"{folder}/{release}/{name}.safetensors")
            found[profile][name] = {key: arrays["model/" + key].ravel().tolist() for key in keys}
    return found


def main(count, recordings, path):
    models, seed = [], 0
    while len(models) < count:
        try:
            models.append(record(Writer(seed).document()))
        except ValueError as refusal:
            print(f"seed {seed}: {refusal}", file=sys.stderr)
        seed += 1
    recorded = {"mujoco": mujoco.__version__, "models": models, "robots": robots(recordings)}
    with open(path, "w") as file:
        json.dump(recorded, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
