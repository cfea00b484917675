#!/usr/bin/env python3
"""Records OGBench's antsoccer and humanoidmaze, as golden data for EnvsTests.

Starts of seeds, single physics steps from states in which much touches (ball and ant, limbs, floor,
walls), and episodes of random actions. MuJoCo's solver runs to convergence, which is what our own does.

    python3 -m venv venv && venv/bin/pip install ogbench==1.2.2 mujoco==4.0.0 gymnasium==1.4.0
    venv/bin/python Scripts/record_ogbench.py > Tests/EnvsTests/Golden/ogbench.json
"""
import json
import sys

import gymnasium
import mujoco
import numpy as np
import ogbench
import ogbench.locomaze

# our id, OGBench's own (without a dataset), tasks to start, whether to step
IDS = [
    ("antsoccer-arena-navigate-v0", "antsoccer-arena-v0", True),
    ("antsoccer-medium-stitch-singletask-v0", "antsoccer-medium-singletask-v0", False),
    ("humanoidmaze-medium-stitch-v0", "humanoidmaze-medium-v0", True),
    ("humanoidmaze-giant-navigate-singletask-task2-v0", "humanoidmaze-giant-singletask-task2-v0", False),
]
STARTS, CASES, STEPS = 4, 24, 50
# what a compiled model is compared by
ARRAYS = """
    body_mass body_inertia body_ipos body_iquat body_invweight0 body_pos body_quat body_parentid
    dof_invweight0 dof_armature dof_damping qpos0 qpos_spring
    jnt_type jnt_pos jnt_axis jnt_limited jnt_range jnt_stiffness jnt_solref jnt_solimp jnt_margin
    geom_type geom_bodyid geom_size geom_pos geom_quat geom_friction geom_condim geom_contype
    geom_conaffinity geom_priority geom_margin geom_gap geom_solref geom_solimp
    actuator_gear actuator_ctrlrange actuator_trnid
""".split()


def short(values, digits=4):
    return [round(float(v), digits) for v in values]


def numbers(values):
    return [float(v) for v in values]


def state(env):
    return {"position": numbers(env.data.qpos), "velocity": numbers(env.data.qvel)}


def set_state(env, position, velocity):
    """As a fresh simulation in that state: without MuJoCo's memory of the last acceleration."""
    mujoco.mj_resetData(env.model, env.data)
    env.set_state(np.array(position), np.array(velocity))


def compiled(model):
    """All but the floor, which lies elsewhere here, and the mark at the goal, which touches nothing."""
    solid = [g for g in range(model.ngeom) if model.geom(g).name not in ("floor", "target")]
    return {
        name: numbers((values[solid] if name.startswith("geom_") else values).ravel())
        for name, values in ((name, getattr(model, name)) for name in ARRAYS)
    }


def start(env, seed):
    env.reset(seed=seed)
    return {"seed": seed, **state(env), "observation": numbers(env.get_ob())}


def crowded(env, rng):
    """A state near a wall after some random steps, the ball within the ant's reach."""
    model, data = env.model, env.data
    env.reset(seed=int(rng.integers(1 << 30)))
    walls = np.argwhere(env.maze_map == 1)
    free = np.argwhere(env.maze_map == 0)
    sides = [(a, b) for a in walls for b in free if abs(a - b).sum() == 1]
    wall, cell = (np.array(env.ij_to_xy(c)) for c in sides[rng.integers(len(sides))])
    place = 0.35 * wall + 0.65 * cell + rng.uniform(-0.7, 0.7, 2)
    data.qpos[:2] = place
    data.qpos[2] = rng.uniform(0.4, 1.3)
    data.qvel[:] = rng.normal(size=model.nv)
    if model.nq == 22:
        angle = rng.uniform(0, 2 * np.pi)
        data.qpos[15:17] = place + rng.uniform(0.3, 0.8) * np.array([np.cos(angle), np.sin(angle)])
        data.qpos[17] = rng.uniform(0.2, 0.5)
    mujoco.mj_forward(model, data)
    for _ in range(int(rng.integers(1, 60 if model.nq == 22 else 200))):
        data.ctrl[:] = rng.uniform(-1, 1, model.nu)
        mujoco.mj_step(model, data)
    return short(data.qpos), short(data.qvel)


def case(env, rng):
    position, velocity = crowded(env, rng)
    # some beyond the range, where motors clamp
    action = short(rng.uniform(-1.2, 1.2, env.model.nu))
    set_state(env, position, velocity)
    env.data.ctrl[:] = action
    contacts = [int(env.data.ncon), int(env.data.nefc)]
    kinds = {
        tuple(sorted(env.model.geom(g).name.split("_")[0] for g in pair)) for pair in env.data.contact.geom
    }
    mujoco.mj_step(env.model, env.data)
    return {
        "position": position,
        "velocity": velocity,
        "action": action,
        "contacts": contacts,
        "next": state(env),
    }, kinds


def episode(env, seed, near):
    """Random actions; `near`, from where the ball or the robot is on its way into the goal."""
    env.reset(seed=seed)
    rng = np.random.default_rng(seed)
    position, velocity = short(env.data.qpos), short(env.data.qvel)
    mover = 15 if env.model.nq == 22 else 0
    xy = np.array(env.ij_to_xy((1, 2)))
    position[mover : mover + 2] = short(xy + [0.8 if near else 1.2, 0.1])
    if mover:
        position[:2] = short(position[mover : mover + 2] + np.array([0.9, 0]))
    if near:
        velocity[14 if mover else 0] = -2.0
    env.set_goal(goal_xy=xy)
    set_state(env, position, velocity)
    steps = []
    for _ in range(12 if near else STEPS):
        action = short(rng.uniform(-1.2, 1.2, env.model.nu), 3)
        observation, reward, terminated, truncated, info = env.step(np.array(action))
        steps.append(
            {
                "action": action,
                "observation": numbers(observation),
                "reward": float(reward),
                "terminated": bool(terminated),
                "isSuccess": bool(info["success"]),
            }
        )
    return {"goal": numbers(xy), "position": position, "velocity": velocity, "steps": steps}


def record(name, original, is_stepped):
    env = gymnasium.make(original).unwrapped
    env.model.opt.tolerance, env.model.opt.iterations = 0, 200
    rng = np.random.default_rng(5)
    cases, seen = [], set()
    for _ in range(CASES if is_stepped else 0):
        one, kinds = case(env, rng)
        cases.append(one)
        seen |= kinds
    print(name, sorted(seen), file=sys.stderr)
    return {
        "id": name,
        "model": compiled(env.model) if is_stepped else {},
        "starts": [start(env, seed) for seed in range(STARTS)],
        "cases": cases,
        "episodes": [episode(env, 7, True)] + ([episode(env, 8, False)] if is_stepped else []),
    }


np.random.seed(0)
print(
    json.dumps(
        {
            "reference": f"ogbench 1.2.2, mujoco {mujoco.__version__}, Scripts/record_ogbench.py",
            "environments": [record(*entry) for entry in IDS],
        },
        separators=(",", ":"),
    )
)
