"""Records resets and short episodes of Gymnasium-Robotics' mazes for EnvironmentTesting.

Run with gymnasium-robotics 1.4.2, gymnasium 1.4.0 and mujoco 4.0.0:
  python Scripts/record_robotics.py > Sources/EnvironmentTesting/Recordings/robotics.json
"""

import json

import gymnasium
import gymnasium_robotics
import mujoco
import numpy as np

gymnasium.register_envs(gymnasium_robotics)

IDS = [
    f"{robot}Maze_{maze}{dense}-{version}"
    for robot, version in (("Ant", "v4"), ("Ant", "v5"), ("Point", "v3"))
    for maze, dense in (
        ("UMaze", ""),
        ("Open_Diverse_G", "Dense"),
        ("Medium_Diverse_GR", ""),
        ("Large", "Dense"),
        ("Large_Diverse_G", ""),
    )
]
SEEDS = [0, 1, 2, 42]
STEPS = 12


def start(env, **arguments):
    observation, info = env.reset(**arguments)
    return {
        "observation": list(observation["observation"]),
        "place": list(observation["achieved_goal"]),
        "goal": list(observation["desired_goal"]),
    }


def episode(env, seed):
    first, second = start(env, seed=seed), start(env)
    steps = []
    for action in np.random.default_rng(seed).uniform(-1.2, 1.2, (STEPS, *env.action_space.shape)):
        observation, reward, terminated, truncated, info = env.step(action)
        steps.append(
            {
                "action": list(action),
                "observation": list(observation["observation"]),
                "place": list(observation["achieved_goal"]),
                "reward": float(reward),
                "terminated": bool(terminated),
                "truncated": bool(truncated),
                "isSuccess": bool(info["success"]),
            }
        )
    return {"seed": seed, "first": first, "second": second, "steps": steps}


def record(name):
    env = gymnasium.make(name, disable_env_checker=True)
    return {"id": name, "episodes": [episode(env, seed) for seed in SEEDS]}


print(
    json.dumps(
        {
            "reference": f"gymnasium-robotics {gymnasium_robotics.__version__}, mujoco "
            f"{mujoco.__version__}, Scripts/record_robotics.py",
            "environments": [record(name) for name in IDS],
        },
        separators=(",", ":"),
    )
)
