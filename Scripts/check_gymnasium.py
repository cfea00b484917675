#!/usr/bin/env python3
"""Gymnasium's MuJoCo environments, v4 and v5, beside those of the Python package.

    python3 Scripts/check_gymnasium.py [ID...]      # needs the wheel, gymnasium 1.4.0, mujoco 4.0.0

Every id is reset with 50 seeds, and 100 steps are made with each of five kinds of actions: none, random ones, random
ones three times too large, the bounds alone, and a slow sine. MuJoCo solves contacts by Newton's method at tolerance 0,
so that both find the minimum. The columns: resets whose positions and velocities are not the same to the bit; steps of
which one alone ends the episode; then the largest difference of observations and rewards after the first step and after
the last, relative to the greatest number of the observation where that is above 1. Rounding grows along an episode,
faster where there are contacts, so that the last column is no error of either engine. Fails if a reset or an end
differs, or a first step by more than 1e-12.
"""
import json
import sys

import gymnasium
import idql  # registers idql/...
import mujoco
import numpy as np

from record_gymnasium import IDS, make

SEEDS, STEPS, LIMIT = 50, 100, 1e-12


def actions(kind, space, seed):
    shape = (STEPS, *space.shape)
    random = np.random.default_rng(seed).uniform(-1, 1, shape)
    unit = {
        "none": np.zeros(shape),
        "random": random,
        "too large": 3 * random,
        "bounds": np.sign(random),
        "sine": np.sin(np.arange(STEPS)[:, None] / 10 + np.arange(space.shape[0])),
    }[kind]
    return unit * space.high.astype(float)


def difference(a, b):
    return np.max(np.abs(a - b)) / max(1, np.max(np.abs(a)))


def is_same_start(reference, own):
    state = json.loads(own.unwrapped.snapshot())["environment"]["state"]
    data = reference.unwrapped.data
    return np.array_equal(data.qpos, state["position"]) and np.array_equal(data.qvel, state["velocity"])


def compare(name):
    reference, own = make(name), gymnasium.make(f"idql/{name}", physics="mujoco4")
    option = reference.unwrapped.model.opt
    option.solver, option.iterations, option.tolerance = mujoco.mjtSolver.mjSOL_NEWTON, 100, 0
    resets, ends, first, last = 0, 0, 0.0, 0.0
    for seed in range(SEEDS):
        for kind in ("none", "random", "too large", "bounds", "sine"):
            for env in (reference, own):
                env.reset(seed=seed)
            resets += not is_same_start(reference, own)
            for step, action in enumerate(actions(kind, reference.action_space, seed)):
                (a, reward, *flags, _), (b, own_reward, *own_flags, _) = (env.step(action) for env in (reference, own))
                largest = max(difference(a, b), abs(reward - own_reward))
                if step == 0:
                    first = max(first, largest)
                if flags != own_flags:
                    ends += 1
                if any(flags) or any(own_flags):
                    break
            last = max(last, largest)
    return resets, ends, first, last


def main():
    failed = False
    print("| | resets | ends | first step | last step |\n|---|---|---|---|---|")
    for name in sys.argv[1:] or IDS:
        resets, ends, first, last = compare(name)
        failed |= resets > 0 or ends > 0 or not first <= LIMIT
        print(f"| {name} | {resets} | {ends} | {first:.1e} | {last:.1e} |", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
