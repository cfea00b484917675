#!/usr/bin/env python3
"""Turns an ONNX model of a deterministic MLP actor into safetensors, which idql reads.

    python3 Scripts/convert_onnx.py actor.onnx policy.safetensors

The model must be a chain of Gemm (or MatMul and Add) with one activation between them, and end plain, in Tanh or
in a clip to [-1, 1]. Needs onnx and safetensors.
"""
import argparse
import json

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

ACTIVATIONS = {
    "Relu": "relu", "Tanh": "tanh", "Elu": "elu", "Gelu": "gelu", "Mish": "mish", "LeakyRelu": "leaky_relu"}
PASSED = {"Identity", "Flatten", "Cast", "Clip", "Reshape", "Constant"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("target")
    options = parser.parse_args()
    graph = onnx.load(options.source).graph
    arrays = {array.name: numpy_helper.to_array(array) for array in graph.initializer}
    layers, between = [], []
    for node in graph.node:
        given = [arrays[name] for name in node.input if name in arrays]
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type in ("Gemm", "MatMul") and given:
            weight = given[0] if attributes.get("transB") else given[0].T
            layers.append([weight, given[1] if len(given) > 1 else None])
            between.append([])
        elif node.op_type == "Add" and given and layers and layers[-1][1] is None:
            layers[-1][1] = given[0]
        elif node.op_type in ACTIVATIONS and layers:
            between[-1].append(ACTIVATIONS[node.op_type])
        elif node.op_type not in PASSED:
            parser.error(f"a node {node.op_type}: only a chain of dense layers and activations can be converted")
    hidden = {tuple(names) for names in between[:-1]} or {("none",)}
    last = between[-1]
    if len(hidden) != 1 or len(next(iter(hidden))) != 1 or last not in ([], ["tanh"]):
        parser.error(f"activations {between}: one and the same is needed between layers, and none or Tanh at the end")
    tensors = {}
    for index, (weight, bias) in enumerate(layers):
        tensors[f"net.{index}.weight"] = np.ascontiguousarray(weight)
        if bias is not None:
            tensors[f"net.{index}.bias"] = np.ascontiguousarray(bias)
    settings = {"activation": next(iter(hidden))[0], "squash": last == ["tanh"]}
    save_file(tensors, options.target, {"policy": json.dumps(settings)})


if __name__ == "__main__":
    main()
