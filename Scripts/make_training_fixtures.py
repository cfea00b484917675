"""Writes Tests/TrainingTests/Golden: what the original IDQL code's `update` does.

    python Scripts/make_training_fixtures.py RECORDINGS

RECORDINGS holds recordings of the original learners (philippe-eecs/IDQL, revision 7582571, JAX 0.10.2,
optax 0.2.8): twelve updates of tiny networks with every draw written down, and one update of a trained
agent of full size. This script cuts them down, and gives parameters the dotted names of the reference's
checkpoints.
"""

import pathlib
import sys

import msgpack
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

RECORDINGS = pathlib.Path(sys.argv[1])
GOLDEN = pathlib.Path(__file__).parent.parent / "Tests/TrainingTests/Golden"
STATES = ("before/", "step00/grads/", "after_step00/adam_mu/", "after_step00/adam_nu/", "after_step00/",
          "after_step11/")


def dotted(name):
    """`before/score_model/MLP_0/...` becomes `before/score_model.MLP_0...`"""
    state = next((state for state in STATES if name.startswith(state)), None)
    return state + name[len(state):].replace("/", ".") if state else name


for name in ("simple_nodrop_seed0", "simple_drop_seed1", "full_drop_seed3"):
    with safe_open(RECORDINGS / f"parity/train_small_{name}.safetensors", "np") as file:
        full = {key: file.get_tensor(key) for key in file.keys()}
    recording = bytes(full.pop("meta_json")).decode()
    kept = {dotted(key): value for key, value in full.items() if not key.startswith("after_step01")}
    path = GOLDEN / f"updates_{name.rsplit('_seed')[0]}.safetensors"
    save_file(kept, path, {"recording": recording})
    print(path, path.stat().st_size)


def array(code, data):
    """flax's msgpack extension for an array."""
    shape, dtype, buffer = msgpack.unpackb(data)
    return np.frombuffer(buffer, dtype).reshape(shape)


def leaves(tree, name):
    if not isinstance(tree, dict):
        return {name: tree}
    return {path: leaf for key, branch in tree.items() for path, leaf in leaves(branch, f"{name}.{key}").items()}


# of the full size: critic and value network, all their weights and a sample of each tensor's gradient
checkpoint = msgpack.unpackb((RECORDINGS / "idql/hopper_simple.msgpack").read_bytes(), ext_hook=array)
kept = {f"before/{path}": leaf for network in ("critic", "target_critic", "value")
        for path, leaf in leaves(checkpoint[network], network).items()}
with safe_open(RECORDINGS / "parity/train_real_hopper_simple_seed5.safetensors", "np") as file:
    for key in file.keys():
        network, _, rest = key.partition("/")
        if network in ("batch", "info"):
            kept[f"step00/{key}"] = file.get_tensor(key)
        elif network in ("critic", "value") and key.endswith(("/grad", "/grad_absmax", "/flat_index")):
            name, _, kind = rest.rpartition("/")
            kept[f"step00/{kind}/{network}.{name.replace('/', '.')}"] = file.get_tensor(key)
path = GOLDEN / "update_full_size.safetensors"
save_file(kept, path)
print(path, path.stat().st_size)
