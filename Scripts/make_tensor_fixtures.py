"""Writes Tests/TensorsTests/Golden/all_types.safetensors with the reference safetensors library.

    pip install numpy ml_dtypes safetensors && python Scripts/make_tensor_fixtures.py
"""

import pathlib

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

values = [0, 1, 2.5, -3.75, 65504, 6e-8]
tensors = {
    "bool": np.array([[True, False], [False, True]]),
    "f16": np.array(values + [np.inf, -np.inf], np.float16),
    "bf16": np.array(values, ml_dtypes.bfloat16),
    "f32": np.array(values + [1 / 3], np.float32),
    "f64": np.array(values + [1 / 3], np.float64),
    "scalar": np.array(7.25, np.float32),
    "empty": np.zeros((0, 3), np.float32),
    "näme \"quoted\"\n": np.array([1], np.float32),
}
for bits in (8, 16, 32, 64):
    tensors[f"i{bits}"] = np.array([-(2 ** (bits - 1)), -1, 2 ** (bits - 1) - 1], f"int{bits}")
    tensors[f"u{bits}"] = np.array([0, 1, 2 ** (bits - 1)], f"uint{bits}")

folder = pathlib.Path(__file__).parent.parent / "Tests/TensorsTests/Golden"
folder.mkdir(parents=True, exist_ok=True)
save_file(tensors, folder / "all_types.safetensors", {"origin": "safetensors", "quote\"": "ß\\"})
