#!/usr/bin/env python3
"""What a maze's critic tells at states of its data, by how many steps later their episode reached the goal.

    python3 Scripts/critic_by_distance.py IDQL POLICY DATA      # needs h5py, numpy and safetensors

For 200 states of each range of steps, as a Markdown table: the return that the data had from there (discount 0.99,
-1 for each step before the goal); the critic's V; the rank correlation of the two over the states; the standard
deviation of Q among 16 candidates of a state, mean over states; and what one step less would gain. Where the last is
far below the one before it, the largest Q says nothing of the way.
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from safetensors.numpy import load_file, save_file

DISCOUNT = 0.99
RANGES = [(1, 20), (20, 60), (60, 150), (150, 300), (300, 500), (500, 800)]
STATES = 200


def steps_to_goal(terminals, timeouts):
    """Of each row; -1 where its episode never gets there."""
    steps, count = np.full(len(terminals), -1), -1
    for row in range(len(terminals) - 1, -1, -1):
        if terminals[row]:
            count = 0
        elif timeouts[row]:
            count = -1
        elif count >= 0:
            count += 1
        steps[row] = count
    return steps


def ranks(values):
    return np.argsort(np.argsort(values))


def main():
    program, policy, data = sys.argv[1:]
    with h5py.File(data) as file:
        observations = file["observations"][:].astype(np.float32)
        steps = steps_to_goal(file["terminals"][:], file["timeouts"][:])
    rng = np.random.default_rng(0)
    print("| steps to the goal | return | V | correlation | spread of Q | worth of a step |\n|---|---|---|---|---|---|")
    for low, high in RANGES:
        rows = np.flatnonzero((steps >= low) & (steps < high))
        if len(rows) < STATES:
            continue
        rows = rng.choice(rows, STATES, replace=False)
        with tempfile.TemporaryDirectory() as folder:
            asked, answered = pathlib.Path(folder) / "o.safetensors", pathlib.Path(folder) / "c.safetensors"
            save_file({"observations": observations[rows]}, asked)
            subprocess.run([program, "act", policy, "--observations", asked, "-N", "16", "--temperature", "0.5",
                            "--out", answered], check=True, stdout=subprocess.DEVNULL)
            answer = load_file(answered)
        worth = DISCOUNT ** steps[rows]
        returns = -(1 - worth) / (1 - DISCOUNT)
        q, v = answer["q"].min(axis=1), answer["v"]
        correlation = np.corrcoef(ranks(returns), ranks(v))[0, 1]
        print(f"| {low} to {high - 1} | {returns.mean():.1f} | {v.mean():.1f} | {correlation:.2f} "
              f"| {q.std(axis=1).mean():.3f} | {worth.mean():.3f} |")


if __name__ == "__main__":
    main()
