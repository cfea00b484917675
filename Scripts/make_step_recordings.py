"""Takes the single steps that `idql verify` replays from the recordings of Tests/PhysicsTests.

    python Scripts/make_step_recordings.py

Those hold 400 states per robot (100 per maze) in balanced categories, recorded from MuJoCo 2.1.0 and
4.0.0; every category stays represented among the 24 kept here.
"""

import pathlib

from safetensors.numpy import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "Tests/PhysicsTests/Golden"
TARGET = ROOT / "Sources/EnvironmentTesting/Recordings/steps"
KEYS = ["qpos", "qvel", "ctrl", "next_qpos_tight", "next_qvel_tight"]
COUNT = 24

for profile, reference in [("mujoco2.1", "MuJoCo 2.1.0"), ("mujoco4", "MuJoCo 4.0.0")]:
    (TARGET / profile).mkdir(parents=True, exist_ok=True)
    for path in sorted((SOURCE / profile).glob("*.safetensors")):
        recording = load_file(path)
        total = len(recording["case/qpos"])
        rows = [i * total // COUNT for i in range(COUNT)]
        arrays = {f"case/{key}": recording[f"case/{key}"][rows] for key in KEYS}
        save_file(arrays, TARGET / profile / path.name, {"reference": reference})
        (TARGET / profile / path.name).chmod(0o644)
