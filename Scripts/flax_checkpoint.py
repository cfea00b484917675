#!/usr/bin/env python3
"""Turns a checkpoint into the parameters of the reference's flax modules, and back.

    python3 Scripts/flax_checkpoint.py runs/h0/policies/step-1000000.safetensors policy.msgpack
    python3 Scripts/flax_checkpoint.py policy.msgpack policy.safetensors [--like other.safetensors]

The msgpack file is `flax.serialization.to_bytes` of nested dictionaries, one for each network
(`target_score_model`, `target_critic`, `value`; of a run's state.safetensors also `score_model` and `critic`):
`agent.target_score_model.replace(params=tree["target_score_model"])` puts one into the original agent. Arrays
keep their names, shapes and bits both ways. A msgpack file holds no settings; --like takes them from another
checkpoint. Needs flax and safetensors.
"""
import argparse

import numpy as np
from flax import serialization, traverse_util
from safetensors import safe_open
from safetensors.numpy import save_file

NETWORKS = {"score_model", "target_score_model", "critic", "target_critic", "value"}


def read(path):
    with safe_open(path, "np") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        return tensors, file.metadata() or {}


def to_flax(path):
    tensors, _ = read(path)
    return traverse_util.unflatten_dict(
        {tuple(name.split(".")): value for name, value in tensors.items() if name.split(".")[0] in NETWORKS})


def from_flax(tree, like):
    flat = {".".join(name): np.ascontiguousarray(value)
            for name, value in traverse_util.flatten_dict(tree).items()}
    if not like:
        return flat, {}
    tensors, metadata = read(like)
    schedule = {name: value for name, value in tensors.items() if name.startswith("schedule.")}
    return flat | schedule, metadata


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--like", help="checkpoint to take settings and noise schedule from")
    options = parser.parse_args()
    if options.target.endswith(".msgpack"):
        with open(options.target, "wb") as file:
            file.write(serialization.to_bytes(to_flax(options.source)))
    else:
        with open(options.source, "rb") as file:
            tensors, metadata = from_flax(serialization.msgpack_restore(file.read()), options.like)
        save_file(tensors, options.target, metadata)


if __name__ == "__main__":
    main()
