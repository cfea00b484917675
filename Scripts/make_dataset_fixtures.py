"""Makes small data sets for Tests/DatasetsTests, and what the original loaders would make of them.

    python Scripts/make_dataset_fixtures.py [HOPPER.hdf5]

With h5py and numpy; the loop below follows the published description of D4RL's `qlearning_dataset`,
not its code. HOPPER.hdf5 is a recording of Hopper-v4 in MuJoCo 4.0.0 in D4RL's layout, of which
pieces of 20 rows are kept.
"""

import io
import json
import pathlib
import sys
import zipfile

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


def storage(name, libver):
    """One array for every way in which numbers are stored; element i is i % 100."""
    with h5py.File(GOLDEN / f"{name}.hdf5", "w", libver=libver) as file:

        def put(key, shape, dtype="<f4", **options):
            values = (np.arange(np.prod(shape, dtype=int)) % 100).reshape(shape)
            file.create_dataset(key, data=values.astype(dtype), **options)

        for dtype in ["<f2", "<f4", "<f8", ">f4", ">f8", "i1", "u1", "<i2", "<u2", ">i2", "<i4",
                      ">u4", "<i8", "<u8", ">i8"]:
            put("contiguous/" + dtype.replace("<", "little-").replace(">", "big-"), (7, 3), dtype)
        put("scalar", ())
        put("empty", (0, 3))
        file["flags/contiguous"] = np.arange(50) % 3 == 0
        file.create_dataset("flags/chunked", data=np.arange(50) % 3 == 0, chunks=(8,),
                            compression="lzf")
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        early.set_chunk((4, 3))
        early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        for key, plan in [("compact", compact), ("chunked/early", early)]:
            space = h5py.h5s.create_simple((13, 7))
            links = h5py.h5p.create(h5py.h5p.LINK_CREATE)
            links.set_create_intermediate_group(True)
            array = h5py.h5d.create(file.id, key.encode(), h5py.h5t.IEEE_F32LE, space, plan, links)
            values = (np.arange(13 * 7) % 100).reshape(13, 7).astype("<f4")
            array.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
        shuffled = {"compression": "gzip", "shuffle": True}
        for packing, options in [
            ("plain", {}), ("gzip", {"compression": "gzip"}), ("shuffled", shuffled),
            ("lzf", {"compression": "lzf"}), ("checksum", {"fletcher32": True}),
            ("all", shuffled | {"fletcher32": True}),
        ]:
            put(f"chunked/{packing}/fixed", (13, 7), chunks=(4, 3), **options)
            put(f"chunked/{packing}/one", (13, 7), chunks=(13, 7), **options)
            put(f"chunked/{packing}/grows", (61, 3), chunks=(1, 2), maxshape=(None, 3), **options)
            put(f"chunked/{packing}/grows-last", (3, 31), chunks=(2, 1), maxshape=(3, None),
                **options)
            put(f"chunked/{packing}/grows-all", (29, 5), chunks=(2, 2), maxshape=(None, None),
                **options)
            put(f"chunked/{packing}/beyond", (5, 3), chunks=(8, 4), maxshape=(None, None), **options)
        if libver == "latest":
            put("chunked/many", (1100,), "u1", chunks=(1,))
        put("chunked/rank3", (5, 6, 7), "<i2", chunks=(2, 4, 3), compression="gzip")
        ordered = file.create_group("ordered", track_order=True)
        for number in range(70):
            ordered[f"array-{number}"] = np.arange(2, dtype="u1")
        file["link"] = h5py.SoftLink("/contiguous/i1")
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["outside"] = h5py.ExternalLink("other.hdf5", "/x")
        file["flags/up"] = file["/"]


for name, libver in [("storage-earliest", "earliest"), ("storage-latest", "latest")]:
    storage(name, libver)

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

# --- links and types that other programs than h5py's users write

for libver in ["earliest", "latest"]:
    with h5py.File(GOLDEN / f"links-{libver}.hdf5", "w", libver=libver) as file:
        numbers = np.arange(6, dtype=np.float32)
        file["target/numbers"] = numbers
        file["target/deeper/numbers"] = numbers
        file["hard"] = file["target"]
        file["soft"] = h5py.SoftLink("/target")
        file["chain"] = h5py.SoftLink("/next")
        file["next"] = h5py.SoftLink("/target/numbers")
        file["through"] = h5py.SoftLink("/soft/deeper/numbers")
        file["dot"] = h5py.SoftLink("./target/./numbers")
        file["target/up"] = h5py.SoftLink("/")
        file["target/beside"] = h5py.SoftLink("deeper/numbers")
        file["circle"] = h5py.SoftLink("/back")
        file["back"] = h5py.SoftLink("/circle")
        file["outside"] = h5py.ExternalLink("other.hdf5", "/numbers")
        file["into"] = h5py.SoftLink("/outside")
        file["type"] = np.dtype("f4")
        file.create_dataset("committed", data=numbers, dtype=file["type"])
        space = h5py.h5s.create_simple((6,))
        bits = h5py.h5d.create(file.id, b"bits", h5py.h5t.STD_B8LE, space)
        bits.write(h5py.h5s.ALL, h5py.h5s.ALL, numbers.astype("u1"), mtype=h5py.h5t.STD_B8LE)

with h5py.File(GOLDEN / "crosswise.hdf5", "w", libver="latest") as file:
    file["numbers"] = np.arange(6, dtype=np.float32)
    groups = [file.create_group(f"group-{number}") for number in range(20)]
    for group in groups:
        for number, other in enumerate(groups):
            group[f"link-{number}"] = other

for name, link in [
    ("linked-episodes", h5py.SoftLink("/episode_0")),
    ("outside-episodes", h5py.ExternalLink("other.hdf5", "/episode_1")),
]:
    with h5py.File(GOLDEN / f"{name}.hdf5", "w") as file:
        file["episode_0/observations"] = np.arange(8, dtype=np.float32).reshape(4, 2)
        file["episode_0/actions"] = np.zeros((3, 1), np.float32)
        file["episode_0/rewards"] = np.arange(3, dtype=np.float32)
        file["episode_0/terminations"] = np.zeros(3, bool)
        file["episode_0/truncations"] = np.arange(3) == 2
        file["episode_1"] = link


def npy(array):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0))
    return stream.getvalue()


# big-endian numbers, and entries that nobody needs
with zipfile.ZipFile(GOLDEN / "big-endian.npz", "w") as archive:
    rows = np.arange(12)
    archive.writestr("observations.npy", npy(np.arange(24).reshape(12, 2).astype(">f4")))
    archive.writestr("actions.npy", npy((rows.reshape(12, 1) / 16).astype(">f8")))
    archive.writestr("rewards.npy", npy(rows.astype(">i2")), zipfile.ZIP_DEFLATED)
    archive.writestr("terminals.npy", npy(rows == 5))
    archive.writestr("timeouts.npy", npy(rows == 11))
    archive.writestr("__MACOSX/._observations.npy", b"\0\5\x16\7")
    archive.writestr("cut.npy", npy(np.zeros(9))[:-5])
    archive.writestr("packed.npy", npy(np.zeros(9)), zipfile.ZIP_LZMA)
