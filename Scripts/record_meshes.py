#!/usr/bin/env python3
"""Records what MuJoCo 4.0.0 makes of meshes, as golden data for PhysicsTests.

    python3 Scripts/record_meshes.py Tests/PhysicsTests/Golden/meshes

Needs the packages mujoco (4.0.0 was used) and numpy. Writes small files of each format, documents that use
them with every kind of inertia, scale, reference and fit, and expected.json: their compiled arrays, and the
contacts of meshes with every other shape in random poses. Poses in which MuJoCo's own contacts depend on
rounding, as where several corners are equally near, are left out. appearance.json has the normals and texture
coordinates of appearance.xml.
"""
import json
import pathlib
import struct
import sys

import mujoco
import numpy as np

rng = np.random.default_rng(5)
KEYS = ["body_mass", "body_inertia", "body_ipos", "body_iquat", "geom_pos", "geom_quat", "geom_size", "geom_rbound"]


def numbers(values):
    return " ".join(repr(float(np.float32(v))) for v in np.ravel(values))


def indices(values):
    return " ".join(str(int(v)) for v in np.ravel(values))


def icosahedron():
    t = (1 + 5**0.5) / 2
    v = [[-1, t, 0], [1, t, 0], [-1, -t, 0], [1, -t, 0], [0, -1, t], [0, 1, t], [0, -1, -t], [0, 1, -t],
         [t, 0, -1], [t, 0, 1], [-t, 0, -1], [-t, 0, 1]]
    f = [[0, 11, 5], [0, 5, 1], [0, 1, 7], [0, 7, 10], [0, 10, 11], [1, 5, 9], [5, 11, 4], [11, 10, 2],
         [10, 7, 6], [7, 1, 8], [3, 9, 4], [3, 4, 2], [3, 2, 6], [3, 6, 8], [3, 8, 9], [4, 9, 5], [2, 4, 11],
         [6, 2, 10], [8, 6, 7], [9, 8, 1]]
    return np.array(v) / (1 + t * t) ** 0.5, np.array(f)


def angle_piece():
    """An L, which is not convex."""
    outline = [[0, 0], [2, 0], [2, 1], [1, 1], [1, 3], [0, 3]]
    v = np.array([[x, y, z] for z in (0, 0.5) for x, y in outline]) * 0.1
    lower = [(0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5)]
    f = [(a, c, b) for a, b, c in lower] + [(a + 6, b + 6, c + 6) for a, b, c in lower]
    for i in range(6):
        j = (i + 1) % 6
        f += [(i, j, j + 6), (i, j + 6, i + 6)]
    return v, np.array(f)


CUBE = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=float)
WEDGE = np.array([[-1, -1, -1], [1, -1, -1], [1, 1, -1], [-1, 1, -1], [-1, 0, 1], [1, 0, 1]], dtype=float)
PRISM = np.array([[np.cos(a), np.sin(a), z] for a in np.arange(7) * 2 * np.pi / 7 for z in (-1, 1)])


def write_files(folder):
    ball, faces = icosahedron()
    ball = ball * [0.2, 0.15, 0.1] + [0.05, 0.02, -0.03]
    lump = ball * (1 + 0.2 * rng.normal(size=(12, 1)))
    for name, (v, f) in {"ball.stl": (ball, faces), "angle.STL": angle_piece()}.items():
        records = b"".join(struct.pack("<12fH", 0, 0, 0, *v[t].ravel(), 0) for t in f)
        (folder / name).write_bytes(b"\0" * 80 + struct.pack("<I", len(f)) + records)
    (folder / "lump.msh").write_bytes(
        struct.pack("<4i", len(lump), 0, 0, len(faces)) + lump.astype("<f4").tobytes() + faces.astype("<i4").tobytes()
    )
    quads = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    lines = ["# a box", "o first", *(f"v {numbers(p)}" for p in CUBE * [0.3, 0.2, 0.1] + [0.1, 0, 0])]
    lines += ["vn 0 0 1", "vt 0 0", *("f " + " ".join(f"{i + 1}/1/1" for i in q) for q in quads)]
    (folder / "box.obj").write_text("\n".join(lines + ["o second", "f 1 2 3", ""]))
    return lump, faces


def documents(lump, faces):
    free = 'contype="0" conaffinity="0"'
    for kind in ("legacy", "exact", "convex", "shell"):
        yield f"kind-{kind}", f"""<mujoco><compiler meshdir="files"/>
<asset><mesh name="a" file="angle.STL" inertia="{kind}"/><mesh file="ball.stl" inertia="{kind}" scale=".5 2 1"/></asset>
<worldbody><body pos="0 0 1"><freejoint/>
<geom type="mesh" mesh="a" {free} pos=".1 .2 .3" euler="10 20 30"/><geom type="mesh" mesh="ball" density="300" {free}/></body>
<body><joint/><geom type="mesh" mesh="ball" mass="2" {free} quat=".5 .4 .3 .2"/></body></worldbody></mujoco>"""
    yield "placed", f"""<mujoco><compiler assetdir="files"/><default><mesh scale="-1 2 1"/></default>
<asset><mesh name="a" file="angle.STL" refpos=".1 .2 .3" refquat="1 .2 .3 .4"/><mesh name="m" file="lump.msh"/>
<mesh name="o" file="box.obj" scale="1 1 1"/></asset>
<worldbody><body pos="0 0 1"><freejoint/><frame pos="1 0 0" euler="0 0 30"><geom type="mesh" mesh="a" {free} pos=".1 .2 .3"/></frame>
<geom type="mesh" mesh="m" {free}/><geom type="mesh" mesh="o" {free}/></body></worldbody></mujoco>"""
    for fits in ("false", "true"):
        shapes = [("sphere", 1), ("capsule", 0.9), ("cylinder", 1.1), ("ellipsoid", 1), ("box", 1)]
        geoms = "".join(
            f'<geom type="{s}" mesh="a" fitscale="{k}" pos="{i} 0 0" axisangle="1 2 3 40"/>' for i, (s, k) in enumerate(shapes)
        )
        yield f"fitted-{fits}", f"""<mujoco><compiler meshdir="files" strippath="true" fitaabb="{fits}"/>
<asset><mesh name="a" file="nowhere/angle.STL"/></asset><worldbody><body pos="0 0 1"><freejoint/>{geoms}</body></worldbody></mujoco>"""
    yield "inline", f"""<mujoco><asset><mesh name="a" vertex="{numbers(lump)}" face="{indices(faces)}"/></asset>
<default><default class="v"><geom type="mesh" {free} group="2"/></default></default>
<worldbody><geom class="v" mesh="a"/><body pos="0 0 1"><inertial pos="0 0 0" mass="1" diaginertia="1 1 1"/><freejoint/>
<geom class="v" mesh="a" pos=".1 0 0"/></body></worldbody></mujoco>"""
    yield "points", f"""<mujoco><asset><mesh name="a" vertex="{numbers(rng.normal(size=(40, 3)) * 0.1)}"/>
<mesh name="c" vertex="{numbers(CUBE * 0.1)}"/></asset><worldbody><body pos="0 0 1"><freejoint/>
<geom type="mesh" mesh="a" {free} pos=".1 0 0"/><geom type="mesh" mesh="c" {free} pos=".1 0 0"/></body></worldbody></mujoco>"""


def arrays(model):
    found = {key: getattr(model, key).ravel().tolist() for key in KEYS}
    found["mesh_vert"] = []
    for geom in np.flatnonzero(model.geom_type == mujoco.mjtGeom.mjGEOM_MESH):
        mesh = model.geom_dataid[geom]
        first = model.mesh_vertadr[mesh]
        found["mesh_vert"] += model.mesh_vert[first : first + model.mesh_vertnum[mesh]].ravel().tolist()
    return found


def contacts(model, data, position):
    data.qpos[:] = position
    mujoco.mj_forward(model, data)
    return np.array(sorted([c.dist, *c.pos, *c.frame[:3]] for c in data.contact)).reshape(-1, 7)


def steady(model, data, position):
    """The contacts, or None where rounding moves them."""
    found = contacts(model, data, position)
    for _ in range(20):
        moved = contacts(model, data, position * (1 + 3e-16 * rng.normal(size=len(position))))
        if moved.shape != found.shape or np.abs(moved - found).max(initial=0) > 1e-9:
            return None
    return found


def colliding():
    sizes = {"plane": "1 1 1", "sphere": ".3", "capsule": ".15 .3", "ellipsoid": ".3 .2 .15", "cylinder": ".2 .3",
             "box": ".3 .2 .15", "mesh": ""}
    def lump():
        v = rng.normal(size=(30, 3))
        return v / np.linalg.norm(v, axis=1)[:, None]
    for points in ("cube", "wedge", "prism", "lump"):
        for shape, size in sizes.items():
            margin = 0.05 if rng.random() < 0.5 else 0
            def mesh(name, kind):
                v = {"cube": CUBE, "wedge": WEDGE, "prism": PRISM}.get(kind)
                v = (lump() if v is None else v) * rng.uniform(0.1, 0.4, 3) + rng.uniform(-0.1, 0.1, 3)
                return f'<mesh name="{name}" vertex="{numbers(v)}"/>'
            other = f'<geom type="{shape}" size="{size}" margin="{margin}"/>'
            second = ""
            if shape == "mesh":
                second = mesh("b", "wedge")
                other = f'<geom type="mesh" mesh="b" margin="{margin}"/>'
            body = other if shape == "plane" else f"<body><freejoint/>{other}</body>"
            yield f"{points}-{shape}", f"""<mujoco><asset>{mesh("a", points)}{second}</asset>
<worldbody>{body}<body><freejoint/><geom type="mesh" mesh="a"/></body></worldbody></mujoco>"""


def appearances(folder):
    """Normals and texture coordinates of every corner of every triangle, from all that can give them."""
    draw = np.random.default_rng(11)
    ball, faces = icosahedron()
    coordinates, normals = draw.random((12, 2)), draw.normal(size=(12, 3))
    (folder / "files/seen.msh").write_bytes(
        struct.pack("<4i", 12, 12, 12, 20)
        + b"".join(x.astype("<f4").tobytes() for x in (ball, normals, coordinates))
        + faces.astype("<i4").tobytes()
    )
    lines = [f"v {numbers(v)}" for v in CUBE * [0.3, 0.2, 0.1]]
    lines += [f"vt {numbers(t)}" for t in draw.random((5, 2))]
    sides = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    lines += [f"vn {numbers(np.eye(3)[s // 2] * (2 * (s % 2) - 1) * 3)}" for s in range(6)]
    corner = lambda n, s: f"{n + 1}/{n % 5 + 1}/{s + 1}"
    quads = ["f " + " ".join(corner(n, s) for n in q) for s, q in enumerate(sides)]
    (folder / "files/seen.obj").write_text("\n".join(lines + quads + [""]))
    angle, triangles = angle_piece()
    shape = f'vertex="{numbers(angle)}" face="{indices(triangles)}"'
    document = f"""<mujoco><compiler meshdir="files"/><asset>
<mesh name="files-msh" file="seen.msh" refquat="1 .2 .3 .4" scale="1 2 3"/><mesh name="files-obj" file="seen.obj" scale=".5 1 2"/>
<mesh name="stl" file="ball.stl"/><mesh name="smooth" file="angle.STL" smoothnormal="true"/>
<mesh name="flat" {shape} refquat="1 .2 .3 .4" refpos=".1 .2 .3"/><mesh name="mirrored" {shape} scale="-1 2 1"/>
<mesh name="given" {shape} normal="{numbers(draw.normal(size=(12, 3)))}" texcoord="{numbers(draw.random((12, 2)))}"/>
<mesh name="given-mirrored" {shape} scale="1 1 -2" normal="{numbers(draw.normal(size=(12, 3)))}" texcoord="{numbers(draw.random((12, 2)))}"/>
<mesh name="hull" vertex="{numbers(ball)}" texcoord="{numbers(draw.random((12, 2)))}"/>
</asset><worldbody>{"".join(f'<geom type="mesh" mesh="{name}" contype="0" conaffinity="0"/>' for name in
    ("files-msh", "files-obj", "stl", "smooth", "flat", "mirrored", "given", "given-mirrored", "hull"))}</worldbody></mujoco>"""
    (folder / "appearance.xml").write_text(document)
    model = mujoco.MjModel.from_xml_path(str(folder / "appearance.xml"))
    found = {}
    for mesh in range(model.nmesh):
        first, count = model.mesh_faceadr[mesh], model.mesh_facenum[mesh]
        def corners(indices, values, start):
            return values[indices[first : first + count].ravel() + start].ravel().tolist() if start >= 0 else []
        found[model.mesh(mesh).name] = {
            "places": corners(model.mesh_face, model.mesh_vert, model.mesh_vertadr[mesh]),
            "normals": corners(model.mesh_facenormal, model.mesh_normal, model.mesh_normaladr[mesh]),
            "pictureCoordinates": corners(model.mesh_facetexcoord, model.mesh_texcoord, model.mesh_texcoordadr[mesh]),
        }
    rounded = lambda x: [round(v, 7) for v in x]
    found = {name: {key: rounded(values) for key, values in mesh.items()} for name, mesh in found.items()}
    (folder / "appearance.json").write_text(json.dumps(found, separators=(",", ":")) + "\n")


def main(path):
    folder = pathlib.Path(path)
    (folder / "files").mkdir(parents=True, exist_ok=True)
    compiled, touching = {}, {}
    for name, document in documents(*write_files(folder / "files")):
        (folder / f"{name}.xml").write_text(document)
        compiled[name] = arrays(mujoco.MjModel.from_xml_path(str(folder / f"{name}.xml")))
    for name, document in colliding():
        model = mujoco.MjModel.from_xml_string(document)
        data = mujoco.MjData(model)
        cases = []
        while len(cases) < 12:
            position = model.qpos0.copy()
            for body in range(model.nq // 7):
                position[7 * body : 7 * body + 3] = rng.uniform(-0.4, 0.4, 3)
                turn = rng.normal(size=4)
                position[7 * body + 3 : 7 * body + 7] = turn / np.linalg.norm(turn)
            if model.nq == 14 and rng.random() < 0.3:
                position[10:14] = position[3:7]  # parallel faces
            found = steady(model, data, position)
            if found is not None and (len(found) or len(cases) % 4 == 0):
                cases.append({"position": position.tolist(), "contacts": found.ravel().tolist()})
        touching[name] = {"document": document, "cases": cases}
    expected = {"mujoco": mujoco.__version__, "compiled": compiled, "touching": touching}
    (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")))
    appearances(folder)


if __name__ == "__main__":
    main(sys.argv[1])
