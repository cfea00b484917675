"""Records where MuJoCo puts the cameras and lights of a model: Tests/RenderTests/Golden/cameras.json.

    python Scripts/record_cameras.py      # MuJoCo 4.0.0, NumPy 2.4.6

Every mode of a camera and a light, on the world, a free body and a child of it, with and without a target, at
random states (mj_camlight).
"""

import json
import pathlib

import mujoco
import numpy as np

MODES = ["fixed", "track", "trackcom", "targetbody", "targetbodycom"]


def mounted(body):
    place = 'pos=".5 -2 .3"'
    lines = []
    for mode in MODES:
        target = ' target="root"' if mode.startswith("target") else ""
        name = f'name="{body}-{mode}"'
        lines.append(f'<camera {name} mode="{mode}" {place}{target} euler="80 10 5"/>')
        lines.append(f'<light {name} mode="{mode}" {place}{target} dir=".3 .2 -1"/>')
    # what it follows in place of its own body's subtree, and a mode that lacks its target
    lines.append(f'<camera name="{body}-other" mode="trackcom" target="arm" {place}/>')
    lines.append(f'<camera name="{body}-lost" mode="targetbody" {place} euler="10 20 30"/>')
    return "\n".join(lines)


MODEL = f"""
<mujoco model="cameras">
  <worldbody>
    {mounted("world")}
    <body name="root" pos=".3 -.2 1" euler="20 30 40">
      <freejoint/>
      <geom size=".2" pos=".1 .2 0"/>
      {mounted("root")}
      <frame pos=".1 0 .2" euler="5 6 7">
        <camera name="framed" mode="trackcom" pos="0 -1 0" euler="80 0 0"/>
        <body name="arm" pos=".3 0 .1">
          <joint type="ball"/>
          <geom type="capsule" size=".05" fromto="0 0 0 .5 .1 0"/>
          {mounted("arm")}
        </body>
      </frame>
    </body>
  </worldbody>
</mujoco>
"""


def main():
    generator = np.random.default_rng(23)
    model = mujoco.MjModel.from_xml_string(MODEL)
    data = mujoco.MjData(model)
    samples = []
    for number in range(6):
        mujoco.mj_resetData(model, data)
        if number:
            mujoco.mj_integratePos(model, data.qpos, generator.normal(size=model.nv), 1)
        mujoco.mj_forward(model, data)
        samples.append(
            {
                "position": data.qpos.tolist(),
                "cameraPosition": data.cam_xpos.ravel().tolist(),
                "cameraAxes": data.cam_xmat.ravel().tolist(),
                "lightPosition": data.light_xpos.ravel().tolist(),
                "lightDirection": data.light_xdir.ravel().tolist(),
            }
        )
    path = pathlib.Path(__file__).parent.parent / "Tests/RenderTests/Golden/cameras.json"
    path.write_text(json.dumps({"model": MODEL, "samples": samples}, indent=1) + "\n")


if __name__ == "__main__":
    main()
