#!/usr/bin/env python3
"""Records what MuJoCo makes of frames, copies, included files, attached models and flags.

    python3 Scripts/record_documents.py Tests/PhysicsTests/Golden/documents.json

Needs the packages mujoco (4.0.0 was used), numpy and safetensors. For every document: the compiled
arrays, the contact pairs, and positions and velocities after three steps under a constant control
from a start that moves. The solver runs to convergence.
"""

import json
import os
import sys
import tempfile

import mujoco
import numpy as np

from record_compiled_models import Writer, record

MECHANISM = """
<worldbody>
  <geom type="plane" size="5 5 .1" {plane}/>
  <body name="trunk" pos="0 0 .12">
    <joint name="x" type="slide" axis="1 0 0" stiffness="20" damping="3" armature=".02"/>
    <joint name="h" axis="0 1 0" range="-2 2" springref="10" stiffness="2" damping=".3"
      solreflimit=".003 1"/>
    <geom name="t" type="capsule" fromto="-.2 0 0 .2 0 0" size=".05"/>
    <body name="leg" pos=".2 0 0">
      <joint name="k" axis="0 1 0" range="-20 20" damping=".1"/>
      <geom name="l" type="capsule" fromto="0 0 0 .02 0 -.1" size=".03" solref=".003 1"/>
    </body>
  </body>
  <body pos="1 0 1"><freejoint/><geom type="box" size=".1 .2 .05"/></body>
</worldbody>
<actuator>
  <motor joint="h" ctrlrange="-.1 .1" gear="3"/>
  <position joint="k" kp="4" kv=".2" ctrlrange="-1 1"/>
</actuator>
"""

FRAMES = """
<mujoco>
  <compiler eulerseq="zxy"/>
  <default><default class="big"><geom size=".2" density="300"/><joint damping=".3"/></default></default>
  <worldbody>
    <frame name="f" pos=".1 .2 .3" euler="10 20 30" childclass="big">
      <geom name="a"/>
      <frame axisangle="1 1 0 40" pos="1 0 0">
        <body name="in" pos="0 .5 0" quat="1 .2 .3 .4">
          <joint name="j" axis="0 1 .5" pos=".1 0 .2"/>
          <geom name="b" size=".1" pos=".1 0 0"/>
          <frame pos="0 0 .4" zaxis="1 1 1">
            <joint name="s" type="slide" axis="0 0 1"/>
            <geom name="c" type="box" fromto="0 0 0 .3 .1 .2" size=".05"/>
            <geom name="d" type="cylinder" size=".05 .1" euler="30 0 0" contype="0" conaffinity="0"/>
            <site name="t" pos=".1 0 0" euler="0 0 20"/>
            <site type="capsule" size=".01" fromto="0 0 0 1 1 0"/>
            <camera pos="1 0 0" xyaxes="0 1 0 0 0 1"/>
            <body pos="0 0 .3"><joint type="ball" pos=".1 0 0"/><geom size=".05 .05 .02" type="box"/></body>
          </frame>
        </body>
      </frame>
    </frame>
    <frame pos="0 0 2"><body><freejoint/><geom size=".1"/></body></frame>
    <body pos="3 0 1"><frame pos=".2 0 0"><freejoint/><geom size=".1"/></frame></body>
  </worldbody>
</mujoco>
"""

INERTIAL = """
<mujoco><worldbody><body><frame pos=".1 .2 .3" euler="30 0 20"><joint axis="1 0 1"/>
  <inertial pos=".1 0 0" mass="1" {moments}/></frame></body></worldbody></mujoco>
"""

COPIES = """
<mujoco>
  <worldbody>
    <body name="w" pos="0 0 .5"><joint name="wj" type="slide" axis="0 0 1"/><geom name="wg" size=".3"/></body>
    <replicate count="12" offset=".4 .2 .1" euler="0 0 30" sep="-">
      <body name="b" pos="1 0 0"><joint name="j" axis="0 1 0" type="slide" range="-1 1"/>
        <geom name="g" size=".1"/><site name="s" pos="0 0 1"/>
        <body name="c" pos="0 0 .2"><joint name="k"/><geom name="h" size=".05" pos=".1 0 0"/></body></body>
    </replicate>
    <replicate count="2" offset="0 3 0"><replicate count="3" offset="1 0 0" euler="10 20 30">
      <geom name="n" size=".1" pos="0 0 1"/><frame pos="0 0 1"><site name="m"/></frame></replicate>
    </replicate>
    <replicate count="0"><geom size=".1"/></replicate>
  </worldbody>
  <contact>
    <exclude body1="b" body2="w"/><exclude body1="c" body2="b"/>
    <pair geom1="h" geom2="wg" condim="4"/><pair geom1="g" geom2="h" margin=".01"/>
  </contact>
  <actuator><motor name="a" joint="j" gear="2"/><position name="p" joint="k" kp="2" dampratio="1"/>
    <motor joint="wj"/></actuator>
</mujoco>
"""

INCLUDED = {
    "main.xml": """<mujoco model="main"><include file="parts/settings.xml"/>
<worldbody><geom type="plane" size="1 1 1"/><include file="parts/leg.xml"/></worldbody>
<actuator><include file="motors.xml"/></actuator></mujoco>""",
    "parts/settings.xml": """<?xml version="1.0" encoding="ISO-8859-1"?><mujoco model="not this">
<option timestep="0.004"/><default><include file="defaults.xml"/></default></mujoco>""",
    "parts/defaults.xml": """<mujocoinclude><geom density="300" size=".1"/><joint damping=".2"/>
</mujocoinclude>""",
    "parts/leg.xml": """<!DOCTYPE mujoco><mujocoinclude><body pos="0 0 .5"><joint name="j" axis="0 1 0"/>
<geom pos=".2 0 0"/></body></mujocoinclude>""",
    "motors.xml": """<mujocoinclude><motor joint="j" gear="4"/></mujocoinclude>""",
}

RANGES = """
<mujoco><worldbody>
  <body><joint name="a" range="0.2 0.2"/><geom size=".1" pos=".2 0 0"/></body>
  <body><joint name="b" range="1 -1"/><geom size=".1" pos=".2 0 0"/></body>
  <body><joint type="ball" range="1 0"/><geom size=".1" pos=".2 0 0"/></body>
</worldbody>
<actuator><motor joint="a" ctrlrange="1 1"/><motor joint="b" ctrlrange="1 -1"/></actuator></mujoco>
"""

# frames that MuJoCo takes for one although their numbers differ in the seventh digit: of the body (ball),
# turned alike (side), of the inertia (leg, post), turned like it (toe), and of sites
NEAR = """
<mujoco>
  <default><geom solref=".004 1"/></default>
  <worldbody>
    <geom type="plane" size="5 5 .1"/>
    <body name="pillar" pos="0 0 .2">
      <inertial pos=".01 -.02 .08" quat=".6951 -.00714556 .00738537 .71884" mass="1" diaginertia=".1 .2 .3"/>
      <geom name="post" type="capsule" size=".05 .2" pos=".0100004 -.02 .08" quat=".6951 -.007146 .007386 .71884"/>
      <geom name="cap" type="box" size=".05 .05 .05" pos="0 0 .4" quat=".695101 -.007146 .007386 .71884"/>
    </body>
    <body name="trunk" pos=".07 0 .3">
      <joint axis="0 1 0" damping=".1"/><joint type="slide" axis="0 0 1"/>
      <inertial pos="4e-7 -3e-7 0" quat="1 0 6e-7 0" mass="2" diaginertia=".02 .03 .01"/>
      <geom name="ball" type="capsule" size=".06 .1" pos="0 8e-7 -7e-7" quat="1 5e-7 -5e-7 0"/>
      <geom name="side" type="box" size=".05 .04 .03" pos=".1 0 0" quat="1 0 7e-7 -8e-7"/>
      <site name="a" pos="-9e-7 0 8e-7"/>
      <body name="leg" pos=".2 0 -.1">
        <joint name="k" axis="0 1 0" damping=".1"/>
        <inertial pos=".02 0 -.1" quat="1 .2 .3 .4" mass=".5" diaginertia=".003 .002 .002"/>
        <geom name="leg" type="box" size=".03 .02 .12" pos=".0200006 0 -.1000005" quat="1 .2000006 .3 .4"/>
        <geom name="toe" type="capsule" size=".03 .1" pos=".05 0 -.15" quat="-1.0000005 -.2 -.3 -.4"/>
        <site name="b" pos=".0200009 0 -.1000007"/>
      </body>
    </body>
    <body pos="1 0 .1"><joint type="slide" axis="0 0 1"/>
      <inertial pos="0 0 9e-7" mass="1" diaginertia=".1 .1 .1"/><geom size=".11"/></body>
  </worldbody>
  <tendon><spatial name="t" stiffness="3e4" springlength=".1"><site site="a"/><site site="b"/></spatial></tendon>
  <actuator><motor joint="k"/></actuator>
</mujoco>
"""

CYLINDERS = """
<mujoco>
  <default><cylinder area="5" timeconst=".03" bias=".1 -.2 -.3"/></default>
  <worldbody><body><joint name="a" axis="0 1 0"/><geom size=".1" pos=".1 0 0"/>
    <body pos=".2 0 0"><joint name="b" axis="0 1 0"/><geom size=".1" pos=".1 0 0"/></body></body></worldbody>
  <actuator>
    <cylinder joint="a"/><cylinder joint="b" diameter=".5" timeconst=".1"/><cylinder joint="a" area="3" bias="0 0 0"/>
    <general joint="b"/><motor joint="a"/>
  </actuator>
</mujoco>
"""

# What refers to copies: bodies, joints, sites and tendons, of one <replicate> and of one within another.
REFERRING = """
<mujoco>
  <worldbody>
    <body name="u" pos="3 0 1"><joint name="uj" axis="0 1 0"/><geom name="ug" size=".1" pos=".1 0 0"/>
      <site name="us" pos=".3 0 0"/></body>
    <replicate count="2" offset="0 .5 0">
      <body name="r" pos="0 0 1"><joint name="rj" axis="0 1 0"/><geom name="rg" size=".1" pos=".1 0 0"/>
        <site name="rs" pos=".1 .2 0"/>
        <replicate count="3" offset=".5 0 0" sep="-">
          <body name="i" pos="0 0 .3"><joint name="ij" axis="1 0 0"/><geom name="ig" size=".1" pos="0 .1 0"/></body>
        </replicate></body>
    </replicate>
    <replicate count="2" offset="0 .5 0" euler="0 0 30">
      <body name="w" pos="6 0 1"><joint type="slide" axis="1 0 0"/><joint type="slide" axis="0 1 0"/><geom size=".1"/></body>
    </replicate>
  </worldbody>
  <contact><pair geom1="rg" geom2="ig" condim="4"/><exclude body1="i" body2="u"/></contact>
  <tendon>
    <fixed name="t" stiffness="3"><joint joint="rj" coef="2"/><joint joint="ij" coef="1"/></fixed>
    <fixed name="far" stiffness="2"><joint joint="uj" coef="1"/></fixed>
    <spatial name="s" stiffness="20"><site site="rs"/><site site="us"/></spatial>
  </tendon>
  <equality>
    <weld name="held" body1="w"/><joint joint1="rj" polycoef=".1"/><joint joint1="uj" polycoef=".2"/>
    <tendon tendon1="s" polycoef=".01"/>
  </equality>
  <actuator>
    <motor name="m" tendon="t" gear="3"/><motor joint="ij"/><motor joint="uj"/><position tendon="s" kp="2"/>
    <motor tendon="far"/>
  </actuator>
</mujoco>
"""

# What actuators inherit from defaults of kinds that are not simulated.
INHERITING = """
<mujoco>
  <default>
    <pid kp="4" ki="1" gear="3" ctrlrange="-.5 .5"/>
    <default class="a"><muscle ctrlrange="0 .1" forcerange="-1 2" force="3"/></default>
    <default class="b"><adhesion gain="3" ctrlrange="0 .2"/><orientation kp="3" forcerange="-.3 .3"/></default>
    <default class="c"><pid posrange="-.6 .4"/><default class="d"><dcmotor motorconst=".1" resistance="1" gear="2"/></default>
    </default>
  </default>
  <worldbody><body><joint name="j" axis="0 1 0"/><geom size=".1" pos=".1 0 0"/>
    <body pos=".2 0 0"><joint name="k" axis="0 1 0"/><geom size=".1" pos=".1 0 0"/></body></body></worldbody>
  <actuator>
    <motor joint="j"/><position joint="k" kp="5"/><motor class="a" joint="j"/><velocity class="a" joint="k" kv=".3"/>
    <position class="b" joint="k" kp="2"/><cylinder class="b" joint="j"/><motor class="c" joint="k"/>
    <motor class="d" joint="j"/><damper class="a" joint="j" kv=".2"/>
  </actuator>
</mujoco>
"""

# Infinite limits, blank attributes, inertias without moments.
LENIENT = """
<mujoco xmlns="http://a.b" xml:lang="en" model="a & b < c; &d; &amp; &#101;">
  <!-- -- -->
  <compiler boundinertia=".01"/><option timestep=""/>
  <worldbody>text & more
    <body><inertial pos=".1 .2 .3" mass="2"/></body>
    <body name="a"pos="0 0 1"><joint name="j"axis="0 1 0" range="-inf 1" damping="" actuatorfrcrange="-inf .3"/>
      <geom size=".1" pos=".1 0 0" friction=" "/>
      <body pos=".2 0 0"><joint name="k" axis="1 0 0" range="-inf inf"/><inertial pos=".1 .2 .3" mass="2"/></body></body>
    <body><joint name="s" type="slide" range="-1 Infinity"/><geom size=".1"/></body>
  </worldbody>
  <tendon><fixed name="t" range="-inf .001" stiffness=""><joint joint="s" coef="1"/></fixed></tendon>
  <actuator>
    <motor joint="j" ctrlrange="-inf inf"/><motor joint="j" ctrlrange="0 inf" gear=""/>
    <motor joint="s" forcerange="-inf .2"/><motor tendon="t" ctrlrange="-INF .1"/>
  </actuator>
</mujoco>
<!-- end --><foo>bar<b/></foo>
"""

FLAGS = "constraint limit contact spring damper gravity clampctrl actuation filterparent refsafe eulerdamp".split()

# A model of other units and defaults, in a folder of its own, with a mesh there.
KID = """
<mujoco model="kid">
  <compiler angle="radian" eulerseq="zyx" meshdir="meshes"/>
  <option timestep="0.5"/>
  <default>
    <geom density="500" friction=".4"/><joint damping=".3"/><motor gear="2"/>
    <default class="leg"><joint armature=".05"/><default class="thin"><geom size=".03"/></default></default>
  </default>
  <asset><mesh file="wedge.obj" scale=".2 .2 .2"/><material name="m" rgba="0 1 0 1"/></asset>
  <worldbody>
    <geom name="block" type="box" size=".2 .2 .05" pos="0 .9 0"/>
    <body name="trunk" pos="0 0 1" childclass="leg">
      <freejoint name="root"/>
      <geom name="ball" type="sphere" size=".1" material="m"/>
      <body name="thigh" pos=".2 0 0" euler=".1 .2 .3">
        <joint name="hip" axis="0 1 0" range="-1 1" ref=".2" springref=".1" stiffness="2"/>
        <geom name="bone" class="thin" type="capsule" fromto="0 0 0 .2 0 0"/><site name="knee_site" pos=".2 0 0"/>
        <replicate count="2" euler="0 0 1.5"><geom size=".02" pos=".1 .1 0"/></replicate>
        <body name="shin" pos=".2 0 0">
          <joint name="knee" axis="0 1 0"/><geom type="mesh" mesh="wedge"/><site name="toe" pos=".2 0 0"/>
        </body>
      </body>
    </body>
    <body name="other" pos="0 2 0"><joint name="turn"/><geom size=".05"/></body>
  </worldbody>
  <contact><exclude body1="thigh" body2="shin"/><exclude body1="thigh" body2="other"/>
    <pair geom1="bone" geom2="block"/></contact>
  <tendon>
    <fixed name="both" stiffness="3"><joint joint="hip" coef="1"/><joint joint="knee" coef="-1"/></fixed>
    <fixed name="far"><joint joint="hip" coef="1"/><joint joint="turn" coef="-1"/></fixed>
    <spatial name="string" stiffness="5" springlength=".1"><site site="knee_site"/><site site="toe"/></spatial>
  </tendon>
  <equality><joint joint1="hip" joint2="knee" polycoef=".1 .5 0 0 0"/><joint joint1="turn"/>
    <connect body1="shin" body2="world" anchor="0 0 .1" active="false"/></equality>
  <actuator><motor name="far" joint="turn"/><motor name="hip" joint="hip"/><position tendon="both" kp="3"/></actuator>
</mujoco>
"""
WEDGE = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n"
KID_FILES = {"parts/kid.xml": KID, "parts/meshes/wedge.obj": WEDGE}
PARENT = """
<mujoco>
  <default><geom friction="2" density="100"/><joint armature=".3" damping=".7"/><motor gear="5"/></default>
  <asset><model name="child" file="parts/kid.xml"/></asset>
  <worldbody>
    <geom type="plane" size="3 3 .1" pos="0 0 -1"/>
    <body name="base" pos="0 0 1" euler="0 0 20">
      <geom size=".2"/><joint name="hinge" range="-90 90"/>
      {attached}
      <body name="late" pos="0 1 0"><joint name="last" type="slide"/><geom size=".1"/></body>
    </body>
    {beside}
  </worldbody>
  <actuator><motor joint="last"/></actuator>
</mujoco>
"""
TWICE = """<frame pos="1 0 0" euler="0 0 90"><attach model="child" body="thigh" prefix="x_"/></frame>
      <attach model="child" body="thigh" prefix="y_"/>"""
MIDDLE = """
<mujoco model="middle"><asset><model file="kid.xml"/></asset>
  <worldbody><body name="b"><joint name="j"/><geom size=".1"/><attach model="kid" body="thigh" prefix="x_"/></body></worldbody>
  <actuator><motor joint="j"/><motor joint="x_knee"/></actuator>
</mujoco>
"""


class FramedWriter(Writer):
    """The documents of the other script, with frames around some of their elements."""

    def framed(self, text):
        if not self.chance(0.4):
            return text
        return f'<frame pos="{self.numbers(3)}"{self.orientation()}>\n{text}</frame>\n'

    def geom(self, is_static):
        return self.framed(super().geom(is_static))

    def joint(self, kind, axis):
        return self.framed(super().joint(kind, axis))

    def body(self, depth, is_top):
        return self.framed(super().body(depth, is_top))


def moved(model):
    """Position and velocity after three steps."""
    model.opt.tolerance, model.opt.iterations = 0, 100
    model.opt.ls_tolerance = 1e-12
    data = mujoco.MjData(model)
    data.qvel[:] = 0.3 * np.cos(np.arange(model.nv))
    data.ctrl[:] = 0.7
    for _ in range(3):
        mujoco.mj_step(model, data)
    if not np.all(np.isfinite(data.qpos)) or any(w.number for w in data.warning):
        return None
    return {"qpos": data.qpos.tolist(), "qvel": data.qvel.tolist()}


def sample(name, document, files=None):
    # finding the contact pairs changes a model
    if files:
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                os.makedirs(os.path.dirname(f"{folder}/{path}"), exist_ok=True)
                open(f"{folder}/{path}", "w").write(text)
            path = f"{folder}/main.xml"
            models = [mujoco.MjModel.from_xml_path(path) for _ in range(2)]
    else:
        models = [mujoco.MjModel.from_xml_string(document) for _ in range(2)]
    result = record(document, models[0])
    motion = moved(models[1])
    if motion is None:
        return None
    return {"name": name, **result, "files": files or {}, "motion": motion}


def main(path):
    samples = [
        sample("frames", FRAMES), sample("copies", COPIES), sample("ranges", RANGES),
        sample("included", "", INCLUDED), sample("near frames", NEAR),
        sample("cylinders", CYLINDERS),
        sample("attached bodies", "", KID_FILES | {"main.xml": PARENT.format(attached=TWICE, beside="")}),
        sample("attached world", "", KID_FILES | {"main.xml": PARENT.format(
            attached="", beside='<frame pos="0 0 2"><attach model="child" prefix="w_"/></frame>')}),
        sample("attached through a model", "", KID_FILES | {
            "parts/middle.xml": MIDDLE,
            "main.xml": PARENT.replace("parts/kid", "parts/middle").format(
                attached='<attach model="child" body="b" prefix="q_"/>', beside="")}),
        sample("inertial", INERTIAL.format(moments='diaginertia="1 1.2 1.1" quat="1 .2 0 0"')),
        sample("full inertial", INERTIAL.format(moments='fullinertia="1 1.2 1.1 .1 .2 .3"')),
        sample("referring", REFERRING), sample("inheriting", INHERITING), sample("lenient", LENIENT),
        sample("attached copies", "", KID_FILES | {
            "parts/kid.xml": KID.replace("<compiler", '<compiler autolimits="true"'),
            "main.xml": PARENT.replace("/kid", "\\kid").format(attached="", beside="""
                <replicate count="2" offset="1 0 0"><attach model="child" body="thigh" prefix="x_"/></replicate>""")}),
    ]
    for flag in FLAGS:
        plane = 'contype="0" conaffinity="0"' if flag == "filterparent" else ""
        body = MECHANISM.format(plane=plane)
        samples.append(sample(
            flag, f'<mujoco><option timestep="0.004"><flag {flag}="disable"/></option>{body}</mujoco>'))
    samples.append(sample(
        "spring and damper",
        '<mujoco><option density="1000" viscosity=".1"><flag spring="disable" damper="disable"/></option>'
        + MECHANISM.format(plane="") + "</mujoco>"))
    seed = 0
    while len(samples) < 43:
        seed += 1
        try:
            found = sample(f"framed {seed}", FramedWriter(seed).document())
        except (ValueError, mujoco.FatalError):
            continue
        if found:
            samples.append(found)
    json.dump({"models": samples}, open(path, "w"), separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1])
