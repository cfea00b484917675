"""Draws models with MuJoCo and with this package, by the same camera in the same state, and compares the pictures.

    python Scripts/compare_pictures.py --idql .build/release/idql      # MuJoCo 4.0.0, Gymnasium 1.4.0, Pillow

Prints the table of Docs/Viewer.md and draws Docs/Gallery/beside-mujoco.jpg: MuJoCo's picture on the left, ours on the
right. With --golden it records MuJoCo's pictures of the models of this package for the tests instead. The distance is
that of `Picture.perceptualDistance`: the root mean square difference in CIELAB after a blur of a pixel.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile

os.environ.setdefault("MUJOCO_GL", "egl")

import gymnasium
import mujoco
import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
ASSETS = pathlib.Path(gymnasium.__file__).parent / "envs/mujoco/assets"
GOLDEN = ROOT / "Tests/RenderTests/Golden"

# a camera of the model, or where one stands and what it looks at
GYMNASIUM = {
    "hopper": "track",
    "walker2d": "track",
    "half_cheetah": "track",
    "ant": "track",
    "humanoid": "track",
    "swimmer": "track",
    "inverted_pendulum": ((0, -3, 0.6), (0, 0, 0.2)),
    "reacher": ((0, -0.4, 0.5), (0, 0, 0)),
    "pusher_v5": ((1.4, -1.6, 0.9), (0.2, -0.1, -0.2)),
}
OURS = {"hopper": "track", "half_cheetah": "track", "ant": "track", "humanoid": "track", "pusher": "side"}
SCENES = {"lights": "eye", "tendons": "eye", "meshes": "eye", "pictures": "eye", "mirrors": "eye"}


def mujoco_picture(path, camera, seconds, width, height):
    model = mujoco.MjModel.from_xml_path(str(path))
    data = mujoco.MjData(model)
    while data.time < seconds - 1e-9:
        mujoco.mj_step(model, data)
    mujoco.mj_forward(model, data)
    if not isinstance(camera, str):
        place, point = (np.array(x, float) for x in camera)
        way = point - place
        free = mujoco.MjvCamera()
        free.type = mujoco.mjtCamera.mjCAMERA_FREE
        free.lookat[:] = point
        free.distance = np.linalg.norm(way)
        free.azimuth = np.degrees(np.arctan2(way[1], way[0]))
        free.elevation = np.degrees(np.arctan2(way[2], np.hypot(way[0], way[1])))
        camera = free
    model.vis.global_.offwidth, model.vis.global_.offheight = width, height
    with mujoco.Renderer(model, height, width) as renderer:
        renderer.update_scene(data, camera)
        return renderer.render()


def our_picture(idql, path, camera, seconds, width, height):
    with tempfile.TemporaryDirectory() as folder:
        target = f"{folder}/a.png"
        view = (
            ["--camera", camera]
            if isinstance(camera, str)
            else ["--position", ",".join(map(str, camera[0])), "--look-at", ",".join(map(str, camera[1]))]
        )
        subprocess.run(
            [idql, "record", str(path), "--strip", target, "--panels", "1", "--size", f"{width}x{height}"]
            + ["--from", str(seconds), "--until", str(seconds), *view],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return np.asarray(Image.open(target).convert("RGB"))


def lab(picture):
    linear = picture / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    for axis in (1, 0):
        padded = np.pad(linear, [(2, 2) if i == axis else (0, 0) for i in range(3)], mode="edge")
        n = linear.shape[axis]
        linear = sum(
            w * np.take(padded, range(k, k + n), axis) for k, w in enumerate(np.array([1, 4, 6, 4, 1]) / 16)
        )
    xyz = linear @ np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    ).T / [0.95047, 1, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def distance(a, b):
    return np.sqrt(((lab(a) - lab(b)) ** 2).sum(-1).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--idql", default=str(ROOT / ".build/release/idql"))
    parser.add_argument("--golden", action="store_true")
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--sheet", default=str(ROOT / "Docs/Gallery/beside-mujoco.jpg"))
    options = parser.parse_args()
    if options.golden:
        for name, camera in {**OURS, **SCENES}.items():
            folder = GOLDEN if name in SCENES else ROOT / "Sources/Envs/Resources"
            picture = mujoco_picture(folder / f"{name}.xml", camera, 0, 160, 120)
            Image.fromarray(picture).save(GOLDEN / f"mujoco-{name}.png", optimize=True)
        return
    width, height = 320, 240
    models = [(name, ASSETS / f"{name}.xml", camera) for name, camera in GYMNASIUM.items()]
    models += [(name, GOLDEN / f"{name}.xml", camera) for name, camera in SCENES.items()]
    columns = 2
    rows = -(-len(models) // columns)
    sheet = Image.new("RGB", (columns * (2 * width + 12) - 12, rows * (height + 8) - 8), "white")
    print("| model | distance | RMS of a grey picture |\n|---|---|---|")
    for index, (name, path, camera) in enumerate(models):
        theirs = mujoco_picture(path, camera, options.seconds, width, height)
        ours = our_picture(options.idql, path, camera, options.seconds, width, height)
        grey = np.full_like(theirs, theirs.mean((0, 1)).round().astype(np.uint8))
        print(f"| {name} | {distance(theirs, ours):.1f} | {distance(theirs, grey):.1f} |", flush=True)
        x, y = (index % columns) * (2 * width + 12), (index // columns) * (height + 8)
        sheet.paste(Image.fromarray(theirs), (x, y))
        sheet.paste(Image.fromarray(ours), (x + width + 2, y))
    sheet.save(options.sheet, quality=85, optimize=True)


if __name__ == "__main__":
    main()
