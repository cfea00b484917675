"""Records resets and episodes of Gymnasium's Swimmer-v5 for EnvsTests.

Run with gymnasium 1.4.0 and mujoco 4.0.0:
  python Scripts/record_swimmer.py > Tests/EnvsTests/Golden/swimmer.json
"""

import json

import gymnasium
import mujoco
import numpy as np

RESET_SEEDS = [*range(10), 42, 12345]
EPISODE_SEEDS = [3, 17, 2024]
EPISODE_STEPS = 50


def start(env, **arguments):
    observation, _ = env.reset(**arguments)
    data = env.unwrapped.data
    return {
        "position": list(data.qpos),
        "velocity": list(data.qvel),
        "observation": list(observation),
    }


def episode(env, seed):
    """Actions reach beyond -1 ... 1, where the motor saturates and the cost does not."""
    env.reset(seed=seed)
    shape = (EPISODE_STEPS, *env.action_space.shape)
    steps = []
    for action in np.random.default_rng(seed).uniform(-1.3, 1.3, shape):
        observation, reward, terminated, truncated, _ = env.step(action)
        assert not terminated and not truncated
        steps.append(
            {"action": list(action), "observation": list(observation), "reward": float(reward)}
        )
    return {"seed": seed, "steps": steps}


env = gymnasium.make("Swimmer-v5", disable_env_checker=True)
print(
    json.dumps(
        {
            "reference": f"gymnasium {gymnasium.__version__}, mujoco {mujoco.__version__}, "
            f"numpy {np.__version__}, Scripts/record_swimmer.py",
            "stepLimit": env.spec.max_episode_steps,
            "stepDuration": float(env.unwrapped.dt),
            # the seeded reset, and the one that continues its stream
            "resets": [
                {"seed": seed, "first": start(env, seed=seed), "second": start(env)}
                for seed in RESET_SEEDS
            ],
            "episodes": [episode(env, seed) for seed in EPISODE_SEEDS],
        },
        separators=(",", ":"),
    )
)
