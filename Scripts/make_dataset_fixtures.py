"""Makes small data sets for Tests/DatasetsTests, and what the original loaders would make of them.

    python Scripts/make_dataset_fixtures.py [HOPPER.hdf5]

With h5py and numpy; the loop below follows the published description of D4RL's `qlearning_dataset`,
not its code. HOPPER.hdf5 is a recording of Hopper-v4 in MuJoCo 4.0.0 in D4RL's layout, of which
pieces of 20 rows are kept.
"""

import json
import pathlib
import sys

import h5py
import numpy as np

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Tests/DatasetsTests/Golden"
random = np.random.default_rng(0)
GOLDEN.mkdir(exist_ok=True)


def d4rl_rows(terminals, timeouts, limit):
    kept, step = [], 0
    for row in range(len(terminals) - 1):
        cut = timeouts[row] if timeouts is not None else step == limit - 1
        if cut:
            step = 0
            continue
        kept.append(row)
        step = 1 if terminals[row] else step + 1
    return kept


def steps(rows, o=3, a=2):
    return {
        "observations": random.normal(size=(rows, o)).astype(np.float32),
        "actions": np.clip(random.normal(size=(rows, a)), -1, 1).astype(np.float32),
        "rewards": random.normal(size=rows).astype(np.float32),
    }


expected = {}

for name, has_timeouts in [("d4rl", True), ("d4rl-without-timeouts", False)]:
    data = steps(60)
    data["terminals"] = np.isin(np.arange(60), [6, 7, 31, 59])
    timeouts = np.isin(np.arange(60), [19, 47]) if has_timeouts else None
    with h5py.File(GOLDEN / f"{name}.hdf5", "w") as file:
        for key, values in data.items():
            file.create_dataset(key, data=values, chunks=(16, *values.shape[1:]),
                                compression="gzip", shuffle=True)
        if has_timeouts:
            file["timeouts"] = timeouts
            file["infos/qpos"] = random.normal(size=(60, 2))
            file["infos/qvel"] = random.normal(size=(60, 2))
            file["metadata/algorithm"] = "none"
    rows = d4rl_rows(data["terminals"], timeouts, limit=10)
    following = data["observations"][np.array(rows) + 1]
    ends, start, returns = [], 0, []
    for i, row in enumerate(rows):
        last = i == len(rows) - 1
        jump = not last and np.linalg.norm(following[i] - data["observations"][rows[i + 1]]) > 1e-6
        if last or jump or data["terminals"][row]:
            ends.append(i + 1)
            returns.append(float(np.sum(data["rewards"][rows[start:i + 1]], dtype=np.float64)))
            start = i + 1
    expected[name] = {
        "rows": rows,
        "actions": np.clip(data["actions"][rows], -(1 - 1e-5), 1 - 1e-5).ravel().tolist(),
        "next": following.ravel().tolist(),
        "rewards": data["rewards"][rows].tolist(),
        "masks": (1.0 - data["terminals"][rows]).tolist(),
        "ends": ends,
        "factor": 1000 / (max(returns) - min(returns)),
    }

ends = np.isin(np.arange(40), [9, 24, 39])
data = {k: v for k, v in steps(40).items() if k != "rewards"}
data |= {"terminals": ends, "qpos": random.normal(size=(40, 4)), "qvel": random.normal(size=(40, 4))}
np.savez_compressed(GOLDEN / "ogbench.npz", **data)
np.savez(GOLDEN / "ogbench-stored.npz", **data)
keep = ~ends
expected["ogbench"] = {
    "rows": np.flatnonzero(keep).tolist(),
    "next": data["observations"][np.concatenate([[False], keep[:-1]])].ravel().tolist(),
    "positions": data["qpos"].ravel().tolist(),
}

for name, is_dictionary in [("minari", False), ("minari-goals", True)]:
    folder = GOLDEN / name / "data"
    folder.mkdir(parents=True, exist_ok=True)
    rows, next_rows, offset, rewards = [], [], 0, []
    with h5py.File(folder / "main_data.hdf5", "w", track_order=True) as file:
        for episode, length in enumerate([5, 3, 12]):
            group = file.create_group(f"episode_{episode}")
            data = steps(length + 1)
            if is_dictionary:
                group["observations/observation"] = data["observations"]
                group["observations/desired_goal"] = np.full((length + 1, 2), episode, np.float64)
            else:
                group["observations"] = data["observations"]
            group["actions"] = data["actions"][:length]
            group["rewards"] = data["rewards"][:length].astype(np.float64)
            group["terminations"] = np.arange(length) == (length - 1 if episode == 1 else -1)
            group["truncations"] = np.arange(length) == (length - 1 if episode == 0 else -1)
            rows += range(offset, offset + length)
            rewards += data["rewards"][:length].tolist()
            offset += length + 1
    expected[name] = {"rows": rows, "rewards": rewards}

(GOLDEN / "expected.json").write_text(json.dumps(expected, separators=(",", ":")))

if len(sys.argv) > 1:
    with h5py.File(sys.argv[1]) as source, h5py.File(GOLDEN / "hopper.hdf5", "w") as file:
        # pieces of 20 rows, the last of each marked as cut
        starts = np.arange(0, len(source["rewards"]) - 20, 4000)
        rows = np.concatenate([np.arange(s, s + 20) for s in starts])
        for key in ["observations", "actions", "rewards", "next_observations", "terminals",
                    "timeouts", "infos/qpos", "infos/qvel"]:
            values = source[key][:][rows]
            if key == "timeouts":
                values[19::20] = True
            file.create_dataset(key, data=values, compression="gzip", shuffle=True)
        file.attrs["source"] = "Hopper-v4, gymnasium 1.4.0, MuJoCo 4.0.0"
