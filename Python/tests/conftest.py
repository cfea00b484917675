"""Fixtures of several tests."""

import os

import numpy as np
import pytest

import idql


@pytest.fixture(params=["NextStep", "SameStep", "Disabled"])
def autoreset_mode(request):
    return request.param


def equal(a, b):
    """Whether two results are equal to the bit, whatever they are made of."""
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and set(a) == set(b) and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, np.ndarray):
        if a.dtype == object:
            return a.shape == b.shape and all(equal(x, y) for x, y in zip(a.ravel(), b.ravel()))
        return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    return type(a) is type(b) and (a == b or (a != a and b != b))


def one_of_each_kind():
    """Ids that differ in robot, rules or suite; with IDQL_TEST_IDS=all every id."""
    if os.environ.get("IDQL_TEST_IDS") == "all":
        return idql.ids()
    return KINDS


KINDS = [
    "Hopper-v2", "Hopper-v5", "Walker2d-v4", "Walker2d-v5", "HalfCheetah-v4", "HalfCheetah-v5", "Ant-v3", "Ant-v4",
    "Ant-v5", "Humanoid-v5", "hopper-medium-v2", "ant-expert-v1", "antmaze-umaze-v0", "antmaze-large-diverse-v2",
    "maze2d-medium-dense-v1", "antmaze-medium-navigate-v0", "antmaze-teleport-explore-singletask-task3-v0",
    "pointmaze-teleport-navigate-v0", "humanoidmaze-medium-stitch-v0", "antsoccer-arena-navigate-singletask-v0",
    "AntMaze_UMaze-v4", "AntMaze_Large_Diverse_GR-v5", "PointMaze_OpenDense-v3",
]  # fmt: skip


assert set(KINDS) <= set(idql.ids())
