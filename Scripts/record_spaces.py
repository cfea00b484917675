"""Records sizes, steps and limits of the originals of our environments for EnvsTests.

Run with gymnasium 1.4.0, gymnasium-robotics 1.4.2, ogbench 1.2.1 and mujoco 4.0.0:
  python Scripts/record_spaces.py > Tests/EnvsTests/Golden/spaces.json

D4RL, and Gym's versions 2 and 3, need mujoco-py and cannot be installed beside these; their numbers are copied
from their registrations (gym 0.21, envs/__init__.py; d4rl, gym_mujoco, locomotion and pointmaze, __init__.py).
"""

import json

import gymnasium
import gymnasium_robotics
import mujoco
import ogbench

gymnasium.register_envs(gymnasium_robotics)

ROBOTS = [
    "Hopper", "Walker2d", "HalfCheetah", "Ant", "Swimmer", "Reacher", "Pusher",
    "InvertedPendulum", "InvertedDoublePendulum", "Humanoid", "HumanoidStandup",
]
GYM = [f"{robot}-v{version}" for robot in ROBOTS for version in (4, 5)]
ROBOTICS = sorted(
    name
    for name in gymnasium.registry
    for robot, versions in (("AntMaze_", ("-v4", "-v5")), ("PointMaze_", ("-v3",)))
    if name.startswith(robot) and name.endswith(versions)
)
# the mazes and the kinds of data of ogbench/locomaze and of OGBench's list of datasets
OGBENCH = [
    f"{robot}-{maze}-{kind}{suffix}-v0"
    for robot, mazes, kinds in (
        ("antmaze", ("medium", "large", "teleport"), ("navigate", "stitch", "explore")),
        ("antmaze", ("giant",), ("navigate", "stitch")),
        ("pointmaze", ("medium", "large", "giant", "teleport"), ("navigate", "stitch")),
        ("humanoidmaze", ("medium", "large", "giant"), ("navigate", "stitch")),
        ("antsoccer", ("arena", "medium"), ("navigate", "stitch")),
    )
    for maze in mazes
    for kind in kinds
    for suffix in ("", "-singletask", *(f"-singletask-task{task}" for task in range(1, 6)))
]


def duration(env):
    # an ant in a maze of Gymnasium-Robotics is an environment inside of one
    inner = getattr(env.unwrapped, "ant_env", None) or getattr(env.unwrapped, "point_env", env.unwrapped)
    return round(float(inner.unwrapped.dt), 9)


def record(name, env, limit):
    space = env.observation_space
    space = space["observation"] if isinstance(space, gymnasium.spaces.Dict) else space
    return {
        "id": name,
        "observations": space.shape[0],
        "actions": env.action_space.shape[0],
        "stepDuration": duration(env),
        "stepLimit": limit,
    }


def made_by_gymnasium(name):
    version = mujoco.__version__
    if name == "Pusher-v4":  # which asks for MuJoCo before 3
        mujoco.__version__ = "2.3.7"
    env = gymnasium.make(name, disable_env_checker=True)
    mujoco.__version__ = version
    return record(name, env, env.spec.max_episode_steps)


def made_by_ogbench(name):
    env = ogbench.make_env_and_datasets(name, env_only=True)
    return record(name, env, env.spec.max_episode_steps)


def copied():
    sizes = {"Hopper": (11, 3, 0.008), "Walker2d": (17, 6, 0.008), "HalfCheetah": (17, 6, 0.05)}
    sizes["Ant"] = (111, 8, 0.05)
    kinds = ["random", "medium", "medium-replay", "medium-expert", "expert"]
    versions = [(kind, v) for kind in kinds for v in range(3)] + [("full-replay", v) for v in (1, 2)]
    for robot, (observations, actions, duration) in sizes.items():
        names = [f"{robot}-v2", f"{robot}-v3"]
        names += [f"{robot.lower()}-{kind}-v{version}" for kind, version in versions]
        for name in names:
            yield name, observations, actions, duration, 1000
    yield "Swimmer-v2", 8, 2, 0.04, 1000
    yield "Swimmer-v3", 8, 2, 0.04, 1000
    yield "Reacher-v2", 11, 2, 0.02, 50
    yield "Pusher-v2", 23, 7, 0.05, 100
    yield "InvertedPendulum-v2", 4, 1, 0.04, 1000
    yield "InvertedDoublePendulum-v2", 11, 1, 0.05, 1000
    yield "Humanoid-v2", 376, 17, 0.015, 1000
    yield "Humanoid-v3", 376, 17, 0.015, 1000
    yield "HumanoidStandup-v2", 376, 17, 0.015, 1000
    for maze, limit in (("umaze", 700), ("medium", 1000), ("large", 1000)):
        for kind in ("", "-diverse") if maze == "umaze" else ("-play", "-diverse"):
            for name in [f"{maze}{kind}-v{v}" for v in range(3)] + [f"eval-{maze}{kind}-v0"]:
                yield f"antmaze-{name}", 29, 8, 0.1, limit
    for kind in ("play", "diverse"):
        yield f"antmaze-ultra-{kind}-v0", 29, 8, 0.1, 2000
    for maze, limits in (("open", (150,)), ("umaze", (150, 300)), ("medium", (250, 600)), ("large", (600, 800))):
        for version, limit in enumerate(limits):
            for kind in ("", "-dense"):
                yield f"maze2d-{maze}{kind}-v{version}", 4, 2, 0.01, limit


KEYS = ("id", "observations", "actions", "stepDuration", "stepLimit")
print(
    json.dumps(
        {
            "reference": f"gymnasium {gymnasium.__version__}, gymnasium-robotics "
            f"{gymnasium_robotics.__version__}, ogbench 1.2.1, mujoco {mujoco.__version__}; gym 0.21 and "
            "d4rl by their registrations; Scripts/record_spaces.py",
            "environments": [made_by_gymnasium(name) for name in GYM + ROBOTICS]
            + [made_by_ogbench(name) for name in OGBENCH]
            + [dict(zip(KEYS, row)) for row in copied()],
        },
        indent=0,
    ).replace(",\n\"", ",\"").replace("{\n", "{").replace("\n}", "}")
)
