#!/usr/bin/env python3
"""Time steps per second of processor time under a policy's gait, beside MuJoCo's own C loop, on one thread.

    swift build -c release --product idql
    python3 Benchmarks/compare_gaits.py Hopper-v4 hopper.safetensors [ENVIRONMENT POLICY ...]

Policies are plain actors (`idql inspect` tells what is in a file). Each plays in Gymnasium and MuJoCo, by NumPy;
its controls are kept, and MuJoCo's loop plays them again from the same starts. `idql bench physics --env --policy` does the
same with episodes that the policy plays in idql. Runs take turns, so that whatever else the machine does falls on all;
the ratios are medians over the rounds of pairs of runs. Fetches gymnasium and mujoco from PyPI into .venv-benchmark.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

from compare_physics import ROOT, build_loop
from packages import continue_with

MODELS = {"Hopper": "hopper", "Walker2d": "walker2d", "HalfCheetah": "half_cheetah", "Ant": "ant"}


def load_actor(path):
    """A function from an observation to an action."""
    import numpy as np
    from safetensors import safe_open

    with safe_open(path, "np") as file:
        settings = json.loads(file.metadata()["policy"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    layers = [(tensors[f"net.{i}.weight"], tensors.get(f"net.{i}.bias", 0)) for i in range(settings["layers"])]
    between = {"tanh": np.tanh, "relu": lambda x: np.maximum(x, 0), "none": lambda x: x}[settings["activation"]]
    scaling = settings["obs_normalization"]

    def act(observation):
        x = np.concatenate([observation, np.zeros((settings["pad_zeros_to"] or 0) - len(observation))]) \
            if settings["pad_zeros_to"] else observation
        if scaling:
            x = (x - np.array(scaling["mean"])) / np.sqrt(np.array(scaling["var"]) + scaling["epsilon"])
            x = np.clip(x, -scaling["clip"], scaling["clip"])
        for index, (weight, bias) in enumerate(layers):
            x = weight @ x + bias
            if index + 1 < len(layers):
                x = between(x)
        return np.tanh(x) if settings["squash"] else np.clip(x, -1, 1)

    return act


def record(name, act, episodes, target):
    """Writes what mujoco_loop reads."""
    import gymnasium
    import numpy as np

    environment = gymnasium.make(name)
    simulation = environment.unwrapped
    numbers = [[simulation.frame_skip]]
    for episode in range(episodes):
        observation, _ = environment.reset(seed=episode)
        start = np.concatenate([simulation.data.qpos, simulation.data.qvel])
        controls, ended = [], False
        while not ended:
            controls.append(act(observation))
            observation, _, terminated, truncated, _ = environment.step(controls[-1])
            ended = terminated or truncated
        numbers += [[len(controls)], start, np.concatenate(controls)]
    np.concatenate(numbers).astype(np.float64).tofile(target)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gaits", nargs="+", metavar="ENVIRONMENT POLICY")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--episodes", type=int, default=32)
    parser.add_argument("--lanes", type=int, default=4, help="what the processor can do of 2, 4, 8")
    parser.add_argument("--idql", default=ROOT / ".build" / "release" / "idql")
    options = parser.parse_args()
    if len(options.gaits) % 2:
        parser.error("every environment needs a policy")
    continue_with(gymnasium="1.4.0", mujoco="4.0.0", safetensors="0.8.0", imageio="2.37.2", packaging="26.3")
    import mujoco

    print("| environment | policy | MuJoCo | idql | ratio | lanes | ratio to MuJoCo | to one lane |\n" + "|---" * 8 + "|")
    with tempfile.TemporaryDirectory() as scratch:
        loop, motions = pathlib.Path(scratch) / "mujoco_loop", pathlib.Path(scratch) / "motions"
        build_loop(pathlib.Path(mujoco.__path__[0]), loop)
        for name, policy in zip(options.gaits[::2], options.gaits[1::2]):
            record(name, load_actor(policy), options.episodes, motions)
            model = ROOT / "Sources" / "Envs" / "Resources" / f"{MODELS[name.split('-')[0]]}.xml"
            rates = {"mujoco": [], "one": [], "lanes": []}
            for _ in range(options.rounds):
                run = subprocess.run([loop, model, motions], capture_output=True, text=True, check=True, cwd=scratch)
                rates["mujoco"].append(float(run.stdout))
                for key, lanes in [("one", 1), ("lanes", options.lanes)]:
                    run = subprocess.run(
                        [options.idql, "bench", "physics", "--env", name, "--policy", policy, "--episodes",
                         str(options.episodes), "--lanes", str(lanes), "--json", "-"],
                        capture_output=True, text=True, check=True)
                    rates[key].append(json.loads(run.stdout)["steps_per_cpu_second"])
            median = {key: statistics.median(values) for key, values in rates.items()}

            def ratio(above, below):
                return statistics.median(a / b for a, b in zip(rates[above], rates[below]))

            print(f"| {name} | {pathlib.Path(policy).stem} | {median['mujoco']:,.0f} | {median['one']:,.0f} "
                  f"| {ratio('one', 'mujoco'):.2f} | {median['lanes']:,.0f} | {ratio('lanes', 'mujoco'):.2f} "
                  f"| {ratio('lanes', 'one'):.2f} |", flush=True)


if __name__ == "__main__":
    main()
