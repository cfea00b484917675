#!/usr/bin/env python3
"""Turns an Orbax checkpoint of an IDQL agent into flax msgpack, which idql reads.

    python3 Scripts/convert_orbax.py FOLDER policy.msgpack

Arrays keep their names, shapes and bits. Needs orbax-checkpoint and flax.
"""
import argparse
import pathlib

import jax
import numpy as np
import orbax.checkpoint
from flax import serialization


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("target")
    options = parser.parse_args()
    tree = orbax.checkpoint.PyTreeCheckpointer().restore(pathlib.Path(options.folder).resolve())
    tree = jax.tree.map(lambda leaf: np.asarray(leaf) if hasattr(leaf, "shape") else leaf, tree)
    pathlib.Path(options.target).write_bytes(serialization.to_bytes(tree))


if __name__ == "__main__":
    main()
