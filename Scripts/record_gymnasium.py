"""Records resets and short episodes of Gymnasium's robots for EnvironmentTesting.

Run with gymnasium 1.4.0 and mujoco 4.0.0:
  python Scripts/record_gymnasium.py > Sources/Envs/Testing/Recordings/gymnasium.json

Humanoids are recorded with the Newton solver to convergence: their documents ask for 50 iterations of PGS,
which stop at other places than the minimum.

Gymnasium does not make Pusher-v4 beside MuJoCo 3 or later, whose contacts of its cylinder are others than
those it was published with. Its rules are recorded all the same, with MuJoCo 4's.
"""

import json

import gymnasium
import mujoco
import numpy as np

ROBOTS = [
    "Hopper", "Walker2d", "HalfCheetah", "Ant", "Swimmer", "Reacher", "Pusher",
    "InvertedPendulum", "InvertedDoublePendulum", "Humanoid", "HumanoidStandup",
]
IDS = [f"{robot}-v{v}" for robot in ROBOTS for v in (4, 5)]
RESET_SEEDS = [*range(10), 42, 12345]
EPISODE_SEEDS = [3, 17]
EPISODE_STEPS = 25
# observations of humanoids have hundreds of numbers
SHORT_RESET_SEEDS = [0, 12345]
SHORT_EPISODE_STEPS = 10
PARTS = ["reward_forward", "reward_run", "reward_ctrl", "reward_survive", "reward_contact"]


def resets(env, seed):
    """The seeded reset, and the one that continues its stream."""
    records = []
    for arguments in ({"seed": seed}, {}):
        observation, _ = env.reset(**arguments)
        data = env.unwrapped.data
        records.append(
            {
                "observation": list(observation),
                "position": list(data.qpos),
                "velocity": list(data.qvel),
            }
        )
    return {"seed": seed, "first": records[0], "second": records[1]}


def episode(env, seed, step_count):
    """Actions reach beyond -1 ... 1, where the motor saturates and the cost does not."""
    env.reset(seed=seed)
    shape = (step_count, *env.action_space.shape)
    actions = np.random.default_rng(seed).uniform(-1.3, 1.3, shape)
    steps = []
    for action in actions:
        observation, reward, terminated, truncated, info = env.step(action)
        steps.append(
            {
                "action": list(action),
                "observation": list(observation),
                "reward": float(reward),
                "terminated": bool(terminated),
                "truncated": bool(truncated),
                # only some robots give their parts under these names
                "parts": [float(info[k]) for k in PARTS if k in info]
                if "reward_forward" in info or "reward_run" in info
                else [],
            }
        )
    return {"seed": seed, "steps": steps}


def make(name):
    version = mujoco.__version__
    if name == "Pusher-v4":
        mujoco.__version__ = "2.3.7"
    env = gymnasium.make(name, disable_env_checker=True)
    mujoco.__version__ = version
    return env


def record(name):
    env = make(name)
    is_long = name.startswith("Humanoid")
    if is_long:
        option = env.unwrapped.model.opt
        option.solver, option.iterations, option.tolerance = mujoco.mjtSolver.mjSOL_NEWTON, 100, 0
    step_count = SHORT_EPISODE_STEPS if is_long else EPISODE_STEPS
    return {
        "id": name,
        "resets": [resets(env, seed) for seed in (SHORT_RESET_SEEDS if is_long else RESET_SEEDS)],
        "episodes": [episode(env, seed, step_count) for seed in EPISODE_SEEDS],
    }


if __name__ == "__main__":
    print(
        json.dumps(
            {
                "reference": f"gymnasium {gymnasium.__version__}, mujoco {mujoco.__version__}, "
                f"numpy {np.__version__}, Scripts/record_gymnasium.py",
                "environments": [record(name) for name in IDS],
            },
            separators=(",", ":"),
        )
    )
