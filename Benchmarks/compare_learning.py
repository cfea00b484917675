"""Learning curves of Stable-Baselines3's SAC on idql/Hopper-v5 beside those on Gymnasium's Hopper-v5.

python3 Benchmarks/compare_learning.py run FOLDER [ID SEED]...     the curves that FOLDER lacks, one after the other
python3 Benchmarks/compare_learning.py table FOLDER                their table, in Markdown: the rows that all have

Needs the wheel with [sb3] and gymnasium[mujoco]. Both environments are made by gymnasium.make, and everything else
is the same: SAC's default settings, 50,000 steps, one thread of torch, and every 5,000 steps ten episodes of the
mean action, whose seeds are the same every time. A run depends on nothing but its id and seed, and takes a quarter
of an hour of a processor.
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


def curve(id, seed, path):
    """Trains, and writes the curve after every evaluation."""
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
        points.append(mean_return(model, evaluated))
        print(id, seed, steps, round(points[-1], 1), flush=True)
        seconds = round(time.process_time() - start)
        path.write_text(json.dumps({"id": id, "seed": seed, "returns": points, "processor_seconds": seconds}))


def path_of(folder, id, seed):
    return folder / f"{id.replace('/', '-')}-{seed}.json"


def run(folder, chosen):
    folder.mkdir(parents=True, exist_ok=True)
    for id, seed in chosen or [(id, seed) for seed in SEEDS for id in IDS]:
        path = path_of(folder, id, seed)
        if not path.exists() or len(json.loads(path.read_text())["returns"]) < STEPS // INTERVAL:
            curve(id, seed, path)


def table(folder):
    curves = {(id, seed): json.loads(path_of(folder, id, seed).read_text()) for id in IDS for seed in SEEDS}
    print("| steps |", " | ".join([f"{id}: seeds {', '.join(map(str, SEEDS))} | mean" for id in IDS]), "|")
    print("|---|" + "---|---|" * len(IDS))
    for row in range(min(len(one["returns"]) for one in curves.values())):
        cells = []
        for id in IDS:
            values = [curves[id, seed]["returns"][row] for seed in SEEDS]
            cells += [", ".join(f"{value:,.0f}" for value in values), f"{statistics.fmean(values):,.0f}"]
        print(f"| {INTERVAL * (row + 1):,} |", " | ".join(cells), "|")


if __name__ == "__main__":
    command, folder, *rest = sys.argv[1:]
    {"run": lambda: run(pathlib.Path(folder), [(id, int(seed)) for id, seed in zip(rest[::2], rest[1::2])]),
     "table": lambda: table(pathlib.Path(folder))}[command]()
