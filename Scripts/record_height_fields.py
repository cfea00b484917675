#!/usr/bin/env python3
"""Records what MuJoCo 4.0.0 makes of height fields, as golden data for PhysicsTests.

    python3 Scripts/record_height_fields.py Tests/PhysicsTests/Golden/height-fields

Needs the packages mujoco (4.0.0 was used) and numpy. Writes small files of each format, documents that use
them, and expected.json: their compiled arrays, the contacts of every shape with rough ground in random poses,
and velocities after steps on it. Poses in which MuJoCo's own contacts depend on rounding are left out.
"""
import json
import pathlib
import struct
import sys
import zlib

import mujoco
import numpy as np

from record_meshes import numbers

rng = np.random.default_rng(8)
KEYS = ["hfield_data", "geom_size", "geom_rbound", "geom_pos", "body_mass"]


def contacts(model, data, position):
    """Distance, position and normal of each, in MuJoCo's order."""
    data.qpos[:] = position
    mujoco.mj_forward(model, data)
    return np.array([[c.dist, *c.pos, *c.frame[:3]] for c in data.contact]).reshape(-1, 7)


def steady(model, data, position):
    """The contacts, or None where rounding moves them."""
    found = contacts(model, data, position)
    for _ in range(20):
        moved = contacts(model, data, position * (1 + 3e-16 * rng.normal(size=len(position))))
        if moved.shape != found.shape or np.abs(moved - found).max(initial=0) > 1e-9:
            return None
    return found


def png(samples, color, filters, level, palette=None):
    """A picture with the given filter of each line; samples of height x width x channels."""
    height, width, channels = samples.shape
    rows = b""
    for y in range(height):
        line = samples[y].ravel().astype(int)
        above = samples[y - 1].ravel().astype(int) if y else 0 * line
        left = np.concatenate([np.zeros(channels, int), line[:-channels]])
        corner = np.concatenate([np.zeros(channels, int), above[:-channels]])
        estimate = left + above - corner
        toward = np.abs(np.stack([left, above, corner]) - estimate)
        paeth = np.where((toward[0] <= toward[1]) & (toward[0] <= toward[2]), left,
                         np.where(toward[1] <= toward[2], above, corner))
        kind = filters[y % len(filters)]
        predicted = [0 * line, left, above, (left + above) // 2, paeth][kind]
        rows += bytes([kind]) + ((line - predicted) % 256).astype(np.uint8).tobytes()

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    packed = zlib.compressobj(level, strategy=zlib.Z_FIXED if level == 1 else zlib.Z_DEFAULT_STRATEGY)
    data = packed.compress(rows) + packed.flush()
    half = len(data) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0))
            + (chunk(b"PLTE", palette) if palette else b"")
            + chunk(b"IDAT", data[:half]) + chunk(b"IDAT", data[half:]) + chunk(b"IEND", b""))


def write_files(folder):
    def smooth(channels):
        y, x = np.mgrid[0:12, 0:17]
        waves = [127 + 60 * np.sin(x / 3 + c) + 60 * np.cos(y / 2 - c) for c in range(channels)]
        return np.stack(waves, axis=-1).astype(np.uint8)

    (folder / "grey.png").write_bytes(png(smooth(1), 0, [0, 1, 2, 3, 4], 9))
    (folder / "colours.PNG").write_bytes(png(smooth(3), 2, [4, 3, 1, 2], 1))
    (folder / "stored.png").write_bytes(png(smooth(4), 6, [3, 4], 0))
    noise = rng.integers(0, 256, (9, 11, 2)).astype(np.uint8)
    (folder / "noise.png").write_bytes(png(noise, 4, [0, 2], 6))
    palette = rng.integers(0, 256, 24).astype(np.uint8).tobytes()
    (folder / "indexed.png").write_bytes(png(rng.integers(0, 8, (5, 6, 1)).astype(np.uint8), 3, [0], 6, palette))
    heights = rng.normal(size=(5, 7)).astype("<f4")
    (folder / "own.bin").write_bytes(struct.pack("<ii", 5, 7) + heights.tobytes())


def documents():
    for file in ("grey.png", "colours.PNG", "stored.png", "noise.png", "indexed.png", "own.bin"):
        yield file.split(".")[0], f"""<mujoco><compiler meshdir="files"/>
<asset><hfield file="{file}" size="1 2 .3 .1"/></asset>
<worldbody><geom type="hfield" hfield="{file.split(".")[0]}" pos="1 0 0" size="7 7 7"/></worldbody></mujoco>"""
    rows = " ".join(str(v) for v in range(12))
    yield "inline", f"""<mujoco><asset><hfield name="a" nrow="3" ncol="4" size="2 1 .5 .2" elevation="{rows}"/>
<hfield name="level" nrow="5" ncol="2" size="1 1 1 1"/></asset><worldbody>
<body><freejoint/><geom type="hfield" hfield="a" density="10"/></body>
<geom type="hfield" hfield="level"/><geom type="hfield" hfield="a"/></worldbody></mujoco>"""


SHAPES = {
    "sphere": 'type="sphere" size=".15"', "capsule": 'type="capsule" size=".08 .15"',
    "ellipsoid": 'type="ellipsoid" size=".2 .12 .08"', "cylinder": 'type="cylinder" size=".12 .15"',
    "box": 'type="box" size=".15 .1 .12"', "mesh": 'type="mesh" mesh="m"',
}


def ground(rows, columns, place="", size="1 1.2 .3 .1"):
    heights = numbers(rng.uniform(0, 1, (rows, columns)))
    points = rng.normal(size=(20, 3))
    points = 0.15 * points / np.linalg.norm(points, axis=1)[:, None]
    return (f'<asset><hfield name="h" nrow="{rows}" ncol="{columns}" size="{size}" elevation="{heights}"/>'
            f'<mesh name="m" vertex="{numbers(points)}"/></asset>', f'<geom type="hfield" hfield="h" {place}/>')


def colliding():
    for shape, text in SHAPES.items():
        for margin in (0, 0.04):
            assets, geom = ground(8, 10, f'pos=".1 -.2 .3" euler="20 -30 40" margin="{margin}"')
            yield f"{shape}-{margin}", f"""<mujoco>{assets}<worldbody>{geom}
<body><freejoint/><geom {text}/></body></worldbody></mujoco>"""
    # more than 50 prisms
    assets, geom = ground(60, 60, size="1 1 .02 .1")
    yield "many", f"""<mujoco>{assets}<worldbody>{geom}
<body><freejoint/><geom type="sphere" size="2"/></body></worldbody></mujoco>"""


def moving():
    """Every shape on the same ground, and a height field that moves."""
    assets, geom = ground(12, 12, size="1.5 1.5 .2 .1")
    bodies = "".join(
        f'<body pos="{-1 + 0.4 * k} {0.3 * (k % 3) - .3} .3" euler="{20 * k} {33 * k} 0"><freejoint/><geom {text}/></body>'
        for k, text in enumerate(SHAPES.values()))
    yield "pile", f"<mujoco>{assets}<worldbody>{geom}{bodies}</worldbody></mujoco>"
    assets, geom = ground(4, 4, 'density="200"', "1 1 .2 .1")
    yield "tray", f"""<mujoco>{assets}<worldbody><body pos="0 0 1"><joint axis="0 1 0" stiffness="200"/>{geom}</body>
<body pos=".1 0 1.35"><freejoint/><geom {SHAPES["box"]}/></body></worldbody></mujoco>"""


def stepped(document):
    """States on the way, and the velocities one converged step later."""
    model = mujoco.MjModel.from_xml_string(document)
    data = mujoco.MjData(model)
    rows = []
    for number in range(200):
        if number % 20 == 19:
            row = {"qpos": data.qpos.tolist(), "qvel": data.qvel.tolist()}
            model.opt.tolerance, model.opt.iterations, model.opt.ls_tolerance = 0, 100, 1e-12
        mujoco.mj_step(model, data)
        if number % 20 == 19:
            rows.append({**row, "next": data.qvel.tolist(), "contacts": int(data.ncon)})
            model.opt.tolerance, model.opt.iterations, model.opt.ls_tolerance = 1e-8, 100, 0.01
    return rows


def main(path):
    folder = pathlib.Path(path)
    (folder / "files").mkdir(parents=True, exist_ok=True)
    write_files(folder / "files")
    compiled, touching = {}, {}
    for name, document in documents():
        (folder / f"{name}.xml").write_text(document)
        model = mujoco.MjModel.from_xml_path(str(folder / f"{name}.xml"))
        compiled[name] = {key: np.ravel(getattr(model, key)).astype(float).tolist() for key in KEYS}
    for name, document in colliding():
        model = mujoco.MjModel.from_xml_string(document)
        data = mujoco.MjData(model)
        cases = []
        while len(cases) < (2 if name == "many" else 20):
            position = model.qpos0.copy()
            position[:3] = [0, 0, 1.97] if name == "many" else rng.uniform(-1, 1, 3) * [1, 1, 0.7] + [0.1, -0.2, 0.4]
            turn = rng.normal(size=4)
            position[3:7] = turn / np.linalg.norm(turn)
            found = steady(model, data, position)
            if found is not None and (len(found) or len(cases) % 5 == 0):
                cases.append({"position": position.tolist(), "contacts": found.ravel().tolist()})
        touching[name] = {"document": document, "cases": cases}
    motion = {name: {"document": document, "rows": stepped(document)} for name, document in moving()}
    expected = {"mujoco": mujoco.__version__, "compiled": compiled, "touching": touching, "motion": motion}
    (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")))


if __name__ == "__main__":
    main(sys.argv[1])
