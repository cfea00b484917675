"""Learning curves of Stable-Baselines3's SAC on idql/Hopper-v5 beside those on Gymnasium's Hopper-v5.

python Benchmarks/compare_learning.py run FOLDER [ID SEED]...     the curves that FOLDER lacks, one after the other
python Benchmarks/compare_learning.py table FOLDER                their table, in Markdown

Needs the wheel with [sb3] and gymnasium[mujoco]. Both environments are made by gymnasium.make, and everything else
is the same: SAC's default settings, 50,000 steps, one thread of torch, and every 5,000 steps ten episodes of the
mean action, whose seeds are the same every time. A run depends on nothing but its id and seed, and takes half an
hour or less.
"""

import json
import pathlib
import statistics
import sys
import time

IDS = ("Hopper-v5", "idql/Hopper-v5")
SEEDS = (0, 1, 2)
STEPS, INTERVAL, EPISODES, FIRST_SEED = 50_000, 5_000, 10, 1_000_000


def mean_return(model, env):
    """Of episodes with fixed seeds."""
    returns = []
    for episode in range(EPISODES):
        observation, _ = env.reset(seed=FIRST_SEED + episode)
        total, over = 0.0, False
        while not over:
            action, _ = model.predict(observation, deterministic=True)
            observation, reward, terminated, truncated, _ = env.step(action)
            total += reward
            over = terminated or truncated
        returns.append(total)
    return statistics.fmean(returns)


def curve(id, seed):
    import gymnasium
    import torch
    from stable_baselines3 import SAC

    torch.set_num_threads(1)
    module = "idql:" if id.startswith("idql/") else ""
    evaluated = gymnasium.make(module + id)
    model = SAC("MlpPolicy", gymnasium.make(module + id), seed=seed, device="cpu")
    points = []
    start = time.process_time()
    for steps in range(INTERVAL, STEPS + 1, INTERVAL):
        model.learn(INTERVAL, reset_num_timesteps=False)
        points.append((steps, mean_return(model, evaluated)))
        print(id, seed, steps, round(points[-1][1], 1), flush=True)
    return {"id": id, "seed": seed, "points": points, "processor_seconds": round(time.process_time() - start)}


def path_of(folder, id, seed):
    return folder / f"{id.replace('/', '-')}-{seed}.json"


def run(folder, chosen):
    folder.mkdir(parents=True, exist_ok=True)
    for id, seed in chosen or [(id, seed) for seed in SEEDS for id in IDS]:
        path = path_of(folder, id, seed)
        if not path.exists():
            path.write_text(json.dumps(curve(id, seed)))


def table(folder):
    curves = {(id, seed): json.loads(path_of(folder, id, seed).read_text()) for id in IDS for seed in SEEDS}
    print("| steps |", " | ".join(f"{id}, {seed}" for id in IDS for seed in SEEDS), "|", " | ".join(f"mean of {id}" for id in IDS), "|")
    print("|---|" + "---|" * (len(curves) + len(IDS)))
    for row in range(STEPS // INTERVAL):
        values = {key: one["points"][row][1] for key, one in curves.items()}
        means = [statistics.fmean(values[id, seed] for seed in SEEDS) for id in IDS]
        numbers = [f"{value:,.0f}" for value in [*values.values(), *means]]
        print(f"| {INTERVAL * (row + 1):,} |", " | ".join(numbers), "|")


if __name__ == "__main__":
    command, folder, *rest = sys.argv[1:]
    {"run": lambda: run(pathlib.Path(folder), [(id, int(seed)) for id, seed in zip(rest[::2], rest[1::2])]),
     "table": lambda: table(pathlib.Path(folder))}[command]()
