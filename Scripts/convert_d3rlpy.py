#!/usr/bin/env python3
"""Turns a policy of d3rlpy into safetensors, which idql reads.

    python3 Scripts/convert_d3rlpy.py model.d3 policy.safetensors

For algorithms with an MLP as policy (TD3, TD3+BC, SAC, CQL, IQL, AWAC, BC, …) and without scalers. What is written is
compared with the library's own actions first. Needs d3rlpy and safetensors.
"""
import argparse
import json

import d3rlpy
import numpy as np
import torch
from safetensors.numpy import save_file

ACTIVATIONS = {"ReLU": "relu", "Tanh": "tanh", "SiLU": "silu", "GELU": "gelu", "ELU": "elu", "Mish": "mish"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("target")
    options = parser.parse_args()
    model = d3rlpy.load_learnable(options.source, device="cpu")
    if model.config.observation_scaler is not None or model.config.action_scaler is not None:
        parser.error("the model scales observations or actions, which is not converted")
    policy = getattr(model.impl.modules, "policy", None) or getattr(model.impl.modules, "imitator", None)
    if policy is None:
        parser.error("the model has no policy network of its own")
    modules = list(policy.modules())
    dense = [module for module in modules if isinstance(module, torch.nn.Linear)]
    used = {type(module).__name__ for module in modules} & set(ACTIVATIONS)
    if len(used) != 1 or any(isinstance(module, (torch.nn.LayerNorm, torch.nn.BatchNorm1d)) for module in modules):
        parser.error(f"activations {sorted(used)}: an MLP with one and without norms is needed")
    # of a Gaussian policy the mean is the first head, and deviations are not acted by
    actions = model.impl.action_size
    hidden = [layer for layer in dense if layer.out_features != actions]
    last = next(layer for layer in dense if layer.out_features == actions)
    tensors = {}
    for index, layer in enumerate(hidden + [last]):
        tensors[f"net.{index}.weight"] = layer.weight.detach().numpy().copy()
        tensors[f"net.{index}.bias"] = layer.bias.detach().numpy().copy()
    activation = used.pop()

    count = hidden[0].in_features
    observations = np.random.default_rng(0).normal(size=(64, count)).astype(np.float32)
    with torch.no_grad():
        x = torch.tensor(observations)
        for layer in hidden:
            x = getattr(torch.nn, activation)()(layer(x))
        found = torch.tanh(last(x)).numpy()
    error = np.abs(found - model.predict(observations)).max()
    if error > 1e-5:
        parser.error(f"a plain MLP with tanh at the end acts otherwise than the model, by up to {error}")
    settings = {"activation": ACTIVATIONS[activation], "squash": True, "algorithm": type(model).__name__}
    save_file(tensors, options.target, {"policy": json.dumps(settings)})


if __name__ == "__main__":
    main()
