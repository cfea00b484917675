"""Makes the HDF5 form of a Minari data set that is stored as Arrow or Parquet.

    python Scripts/convert_minari.py FOLDER NEW

FOLDER holds data/metadata.json. With minari (and its arrow or parquet extra) and h5py.
"""

import json
import pathlib
import sys

import h5py
import minari

source, target = map(pathlib.Path, sys.argv[1:])
data = minari.MinariDataset(source / "data")
(target / "data").mkdir(parents=True)


def put(group, name, values):
    if isinstance(values, dict):
        for key, value in values.items():
            put(group.require_group(name), key, value)
    elif values is not None:
        group[name] = values


with h5py.File(target / "data/main_data.hdf5", "w", track_order=True) as file:
    for number, episode in enumerate(data.iterate_episodes()):
        group = file.create_group(f"episode_{number}")
        for name in ["observations", "actions", "rewards", "terminations", "truncations", "infos"]:
            put(group, name, getattr(episode, name))
    count = number + 1

metadata = json.loads((source / "data/metadata.json").read_text())
metadata |= {"data_format": "hdf5", "total_episodes": count}
(target / "data/metadata.json").write_text(json.dumps(metadata))
