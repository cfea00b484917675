"""Takes what `idql verify` replays from the larger recordings of the tests.

    python Scripts/make_recordings.py

Tests/PhysicsTests holds single steps from 400 states per robot (fewer per maze) in balanced
categories, recorded from MuJoCo 2.1.0 and 4.0.0; 16 of each are kept, evenly spread. Of
Tests/EnvsTests/Golden/ogbench.json, 8 single steps and the first 12 steps of an episode.
"""

import json
import pathlib

from safetensors.numpy import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
STEPS = ROOT / "Tests/PhysicsTests/Golden"
OGBENCH = ROOT / "Tests/EnvsTests/Golden/ogbench.json"
TARGET = ROOT / "Sources/EnvironmentTesting/Recordings"
KEYS = ["qpos", "qvel", "ctrl", "next_qpos_tight", "next_qvel_tight"]


def spread(items, count):
    total = len(items)
    return items if total < count else items[[i * total // count for i in range(count)]]


for profile, reference in [("mujoco2.1", "MuJoCo 2.1.0"), ("mujoco4", "MuJoCo 4.0.0")]:
    folder = TARGET / "steps" / profile
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((STEPS / profile).glob("*.safetensors")):
        recording = load_file(path)
        arrays = {f"case/{key}": spread(recording[f"case/{key}"], 16) for key in KEYS}
        save_file(arrays, folder / path.name, {"reference": reference})
        (folder / path.name).chmod(0o644)

ogbench = json.loads(OGBENCH.read_text())
environments = [
    {
        "id": environment["id"],
        "cases": environment["cases"][::3],
        "episodes": [
            {**episode, "steps": episode["steps"][:12]} for episode in environment["episodes"][:1]
        ],
    }
    for environment in ogbench["environments"]
]
(TARGET / "ogbench.json").write_text(
    json.dumps(
        {"reference": ogbench["reference"], "environments": environments}, separators=(",", ":")
    )
)
