"""Records what MuJoCo's mouse does to a body: Tests/PhysicsTests/Golden/perturbations.json.

    python Scripts/record_perturbations.py      # MuJoCo 4.0.0, NumPy 2.4.6

Each sample is a random state of one model, a hold on a body (mjvPerturb), the external force that
mjv_applyPerturbForce makes of it, and the state after one step under that force.
"""

import json
import pathlib

import mujoco
import numpy as np

MODEL = """
<mujoco model="held">
  <option timestep="0.002" integrator="INTEGRATOR"/>
  <worldbody>
    <geom type="plane" size="5 5 1"/>
    <body name="box" pos="0 0 2">
      <freejoint/>
      <geom type="box" size=".1 .2 .3"/>
      <body name="arm" pos=".1 .2 .3">
        <joint axis="0 1 0" damping=".1"/>
        <geom type="capsule" size=".05 .2" pos=".02 0 .1"/>
        <body name="hand" pos="0 .1 .3" euler="20 30 40">
          <joint type="ball"/>
          <geom type="box" size=".03 .05 .1" pos="0 0 .1"/>
        </body>
      </body>
    </body>
  </worldbody>
</mujoco>
"""


def unit(generator):
    q = generator.normal(size=4)
    return q / np.linalg.norm(q)


def sample(generator, integrator, kind):
    xml = MODEL.replace("INTEGRATOR", integrator)
    model = mujoco.MjModel.from_xml_string(xml)
    data = mujoco.MjData(model)
    data.qpos[:3] += 0.1 * generator.normal(size=3)
    data.qpos[3:7] = unit(generator)
    data.qpos[7] = 0.3 * generator.normal()
    data.qpos[8:12] = unit(generator)
    data.qvel[:] = generator.normal(size=model.nv)
    mujoco.mj_forward(model, data)
    state = [data.qpos.tolist(), data.qvel.tolist()]

    hold = mujoco.MjvPerturb()
    hold.select = 1 + int(generator.integers(3))
    hold.localpos = 0.1 * generator.normal(size=3)
    scene = mujoco.MjvScene(model, 100)
    mujoco.mjv_updateScene(
        model, data, mujoco.MjvOption(), None, mujoco.MjvCamera(), mujoco.mjtCatBit.mjCAT_ALL, scene)
    mujoco.mjv_initPerturb(model, data, scene, hold)
    hold.active = {"pull": 1, "turn": 2, "both": 3}[kind]
    hold.refselpos = hold.refselpos + 0.3 * generator.normal(size=3)
    hold.refquat = unit(generator)
    mujoco.mjv_applyPerturbForce(model, data, hold)
    wrench = data.xfrc_applied[hold.select].tolist()
    mujoco.mj_step(model, data)
    return {
        "model": xml, "kind": kind, "position": state[0], "velocity": state[1],
        "body": hold.select, "grip": hold.localpos.tolist(), "target": hold.refselpos.tolist(),
        "orientation": hold.refquat.tolist(), "mass": hold.localmass, "wrench": wrench,
        "next_position": data.qpos.tolist(), "next_velocity": data.qvel.tolist(),
    }


def main():
    generator = np.random.default_rng(0)
    samples = [
        sample(generator, integrator, kind)
        for integrator in ("Euler", "RK4") for kind in ("pull", "turn", "both") for _ in range(4)
    ]
    golden = pathlib.Path(__file__).parents[1] / "Tests/PhysicsTests/Golden/perturbations.json"
    golden.write_text(json.dumps({"mujoco": mujoco.__version__, "samples": samples}, indent=1) + "\n")


if __name__ == "__main__":
    main()
