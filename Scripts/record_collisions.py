#!/usr/bin/env python3
"""Records where MuJoCo finds two shapes in contact, for Tests/PhysicsTests.

Run once with each release that the tests know (pip install mujoco==4.0.0 safetensors, then 3.4.0):
  python Scripts/record_collisions.py Tests/PhysicsTests/Golden/collisions

It writes <folder>/mujoco-<version>.safetensors, and with 4.0.0 also mujoco-4.0.0-convex.safetensors of
the pairs that MuJoCo searches for, with three tensors for every pair of shapes:
  <first>-<second>/pairs     [n, 21]  half sizes (3), centre (3) and orientation (w, x, y, z) of the
                                      first shape, then of the second; contact margin
  <first>-<second>/start     [n + 1]  first contact of each pair
  <first>-<second>/contacts  [m, 10]  distance, position, normal, first tangent; MuJoCo's order

The poses are drawn with a fixed seed, in categories that reach the special cases of every pair:
anywhere in reach; axes parallel or at right angles, exactly and nearly; on a coarse grid, where
faces, edges and centres coincide; with surfaces that just touch; very small and very large.
"""

import os
import sys

import mujoco
import numpy as np

PAIRS = [
    ("plane", "sphere"), ("plane", "capsule"), ("plane", "ellipsoid"), ("plane", "cylinder"),
    ("plane", "box"), ("sphere", "sphere"), ("sphere", "capsule"), ("capsule", "capsule"),
    ("sphere", "box"), ("capsule", "box"), ("box", "box"),
]
# By a search for the depth, which ends at a tolerance or after 35 steps; and the last with a formula.
CONVEX_PAIRS = [
    ("sphere", "ellipsoid"), ("capsule", "ellipsoid"), ("capsule", "cylinder"),
    ("ellipsoid", "ellipsoid"), ("ellipsoid", "cylinder"), ("ellipsoid", "box"),
    ("cylinder", "cylinder"), ("cylinder", "box"), ("sphere", "cylinder"),
]
CATEGORIES = ["anywhere", "parallel", "nearly parallel", "grid", "touching", "tiny", "far"]
# By file: shapes, categories, pairs of shapes per category. The old rules are recorded only where
# they differ, and without the poses in which rounding decides: 3.4.0 rounds rotation matrices in
# another way.
RECORDINGS = {
    "4.0.0": (PAIRS, CATEGORIES, 24),
    "4.0.0-convex": (CONVEX_PAIRS, CATEGORIES, 18),
    "3.4.0": (
        [("capsule", "capsule"), ("sphere", "box"), ("capsule", "box")], ["anywhere", "grid"], 40),
}
SIZE_COUNT = {"plane": 3, "sphere": 1, "capsule": 2, "ellipsoid": 3, "cylinder": 2, "box": 3}


def bounding_radius(shape, size):
    return {
        "plane": 0.0, "sphere": size[0], "capsule": size[0] + size[1],
        "ellipsoid": max(size), "cylinder": np.hypot(size[0], size[1]),
        "box": np.linalg.norm(size),
    }[shape]


class Referee:
    """One model with two geoms of given shapes, whose sizes and poses are overwritten."""

    def __init__(self, first, second):
        self.shapes = (first, second)
        self.model = mujoco.MjModel.from_xml_string(f"""
            <mujoco>
              <worldbody>
                <geom name="a" type="{first}" size="1 1 1" contype="0" conaffinity="0"/>
                <body>
                  <freejoint/>
                  <geom name="b" type="{second}" size="1 1 1" contype="0" conaffinity="0"/>
                </body>
              </worldbody>
              <contact><pair geom1="a" geom2="b"/></contact>
            </mujoco>""")
        self.data = mujoco.MjData(self.model)
        mujoco.mj_forward(self.model, self.data)

    def contacts(self, case):
        model, data = self.model, self.data
        for geom, (size, position, orientation) in enumerate((case[0:3], case[3:6])):
            model.geom_size[geom] = size
            model.geom_rbound[geom] = bounding_radius(self.shapes[geom], size)
            data.geom_xpos[geom] = position
            mujoco.mju_quat2Mat(data.geom_xmat[geom], orientation)
        model.pair_margin[0] = case[6]
        mujoco.mj_collision(model, data)
        contact = data.contact
        return np.column_stack([contact.dist, contact.pos, contact.frame])


def random_rotation(rng):
    return unit(rng.normal(size=4))


def unit(quaternion):
    return quaternion / np.linalg.norm(quaternion)


def product(a, b):
    result = np.zeros(4)
    mujoco.mju_mulQuat(result, a, b)
    return result


def turned(vector, quaternion):
    result = np.zeros(3)
    mujoco.mju_rotVecQuat(result, vector, quaternion)
    return result


def cube_rotation(rng):
    """One of the rotations that map the axes onto each other."""
    quaternion = np.array([1.0, 0, 0, 0])
    for _ in range(rng.integers(0, 4)):
        turn = np.zeros(4)
        turn[0] = turn[1 + rng.integers(0, 3)] = np.sqrt(0.5)
        quaternion = product(quaternion, turn)
    return unit(quaternion)


def small_rotation(rng, angle):
    axis = rng.normal(size=3)
    if rng.random() < 0.5:
        axis = np.eye(3)[rng.integers(0, 3)]
    axis /= np.linalg.norm(axis)
    return np.concatenate([[np.cos(angle / 2)], np.sin(angle / 2) * axis])


def draw_case(rng, shapes, category):
    """(size, position, orientation) of both shapes, then the margin."""
    scale = {"tiny": 10 ** rng.uniform(-6, -2), "far": 10 ** rng.uniform(0, 2)}.get(category, 1.0)
    sizes = []
    for shape in shapes:
        size = rng.uniform(0.02, 1, size=3) * scale
        if category == "grid":
            size = rng.choice([0.25, 0.5, 1.0], size=3)
        elif rng.random() < 0.2:
            size[:] = size[0]
        size[SIZE_COUNT[shape]:] = 0
        sizes.append(size)
    margin = float(rng.choice([0, 0, 0.01, 0.3]) * scale)

    base = random_rotation(rng)
    if category in ("parallel", "touching"):
        second = product(base, cube_rotation(rng))
    elif category == "nearly parallel":
        error = small_rotation(rng, 10 ** rng.uniform(-12, -1))
        second = product(product(base, cube_rotation(rng)), error)
    elif category == "grid":
        base = cube_rotation(rng) if rng.random() < 0.3 else np.array([1.0, 0, 0, 0])
        second = cube_rotation(rng) if rng.random() < 0.8 else unit(
            rng.choice([-1.0, 0.0, 1.0], size=4) + [2, 0, 0, 0])
    else:
        second = random_rotation(rng)

    radii = [bounding_radius(shape, size) for shape, size in zip(shapes, sizes)]
    reach = sum(radii) + margin
    if category == "grid":
        offset = rng.integers(-8, 9, size=3) * 0.25 * rng.choice([0.5, 1.0])
        if rng.random() < 0.2:
            offset = offset * np.eye(3)[rng.integers(0, 3)]
    elif category == "touching":
        # along one axis the surfaces meet up to a small error, sideways anything
        offset = rng.uniform(-1, 1, size=3) * sizes[0].max()
        axis = rng.integers(0, 3)
        extents = [size[min(axis, SIZE_COUNT[shape] - 1)] for shape, size in zip(shapes, sizes)]
        error = rng.choice([0, 1e-15, -1e-15, 1e-13, -1e-13, 1e-9, -1e-9, -1e-3, 1e-3, -0.02])
        offset[axis] = sum(extents) + error
    else:
        direction = rng.normal(size=3)
        offset = direction / np.linalg.norm(direction) * reach * rng.uniform(0, 1.02)
        if rng.random() < 0.1:
            offset *= 0
        elif rng.random() < 0.2:
            offset *= np.eye(3)[rng.integers(0, 3)]
    if shapes[0] == "plane" and category != "grid":
        offset[2] = abs(offset[2])
    origin = rng.integers(-3, 4, size=3) * 0.5 if category == "grid" else rng.uniform(-3, 3, size=3)
    offset = turned(offset, base)
    return (sizes[0], origin, base, sizes[1], origin + offset, second, margin)


def record(rng, shapes, categories, count):
    """About one in six of the recorded pairs of a category does not touch."""
    referee = Referee(*shapes)
    pairs, start, contacts = [], [0], []
    for category in categories:
        touching = separate = 0
        while touching + separate < count:
            case = draw_case(rng, shapes, category)
            found = referee.contacts(case)
            if len(found) == 0:
                if separate == count // 6:
                    continue
                separate += 1
            else:
                touching += 1
            pairs.append(np.concatenate([np.atleast_1d(part) for part in case]))
            contacts.append(found[:, :10])
            start.append(start[-1] + len(found))
    name = "-".join(shapes)
    return {
        f"{name}/pairs": np.array(pairs),
        f"{name}/start": np.array(start, np.int32),
        f"{name}/contacts": np.concatenate(contacts),
    }


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for name, (pairs, categories, count) in RECORDINGS.items():
        if name.split("-")[0] != mujoco.__version__:
            continue
        rng = np.random.default_rng(20240607)
        tensors = {}
        for shapes in pairs:
            factor = 2 if shapes[1] == "box" else 1
            tensors |= record(rng, shapes, categories, factor * count)
        path = os.path.join(folder, f"mujoco-{name}.safetensors")
        save_file(tensors, path, metadata={"reference": f"MuJoCo {mujoco.__version__}"})


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    from safetensors.numpy import save_file

    main(sys.argv[1])
