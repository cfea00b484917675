"""Makes the smallest policies of each kind, from which Scripts/fuzz starts.

    python Scripts/make_fuzz_seeds.py
"""

import base64
import io
import json
import pathlib
import pickle
import struct
import zipfile
import zlib

import flax.serialization
import h5py
import numpy as np
import torch
from safetensors.numpy import save_file

SEEDS = pathlib.Path(__file__).resolve().parent.parent / "Fuzz/Seeds"
random = np.random.default_rng(0)


def dense(i, o, heads=()):
    return {
        "kernel": random.normal(size=(*heads, i, o)).astype(np.float32),
        "bias": np.zeros((*heads, o), np.float32),
    }


def norm(n):
    return {"scale": np.ones(n, np.float32), "bias": np.zeros(n, np.float32)}


def flat(tree, prefix=""):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def agent(o, a, body):
    embedding = {
        "FourierFeatures_0": {"kernel": random.normal(size=(1, 1)).astype(np.float32)},
        "MLP_0": {"Dense_0": dense(2, 2), "Dense_1": dense(2, 2)},
    }
    trunk = {"Dense_0": dense(o + a, 2, (2,)), "Dense_1": dense(2, 2, (2,))}
    return {
        "target_score_model": embedding | body,
        "target_critic": {
            "VmapStateActionValue_0": {"MLP_0": trunk, "Dense_0": dense(2, 1, (2,))}
        },
        "value": {
            "MLP_0": {"LayerNorm_0": norm(o), "Dense_0": dense(o, 2), "Dense_1": dense(2, 2)},
            "OutputVDense": dense(2, 1),
        },
    }


plain = {"MLP_1": {"Dense_0": dense(5, 2), "Dense_1": dense(2, 1)}}
block = {"LayerNorm_0": norm(2), "Dense_0": dense(2, 8), "Dense_1": dense(8, 2)}
residual = {
    "MLPResNet_0": {"Dense_0": dense(5, 2), "MLPResNetBlock_0": block, "Dense_1": dense(2, 1)}
}
settings = {
    "env": "toy", "obs_dim": 2, "act_dim": 1, "activation": "swish", "critic_activation": "relu",
    "clip_sampler": True, "ddpm_temperature": 1.0, "layer_norm_eps": 1e-6,
    "create_kwargs": {"T": 2, "N": 2, "M": 0, "beta_schedule": "vp", "critic_hyperparam": 0.7,
                      "critic_objective": "expectile"},
}
actor = {"net.0.weight": dense(2, 2)["kernel"], "net.0.bias": np.zeros(2, np.float32),
         "net.1.weight": dense(1, 2)["kernel"], "net.1.bias": np.zeros(1, np.float32)}
actor_settings = {
    "env": "toy", "algorithm": "ppo", "activation": "tanh", "squash": True, "time_feature": None,
    "obs_normalization": {"mean": [0.0, 1.0], "var": [1.0, 4.0], "clip": 10.0, "epsilon": 1e-8},
    "pad_zeros_to": None,
}

checkpoint = SEEDS / "checkpoint"
checkpoint.mkdir(parents=True, exist_ok=True)
for name, body in [("mlp", plain), ("resnet", residual)]:
    tree = agent(2, 1, body)
    (checkpoint / f"{name}.msgpack").write_bytes(flax.serialization.to_bytes(tree))
    save_file(dict(flat(tree)), checkpoint / f"{name}.safetensors",
              {"hyperparameters": json.dumps(settings)})
    for protocol in (2, 5):
        path = checkpoint / f"{name}-{protocol}.pkl"
        path.write_bytes(pickle.dumps({"agent": tree | {"N": 2}}, protocol))
save_file(actor, checkpoint / "actor.safetensors", {"policy": json.dumps(actor_settings)})
weights = {name: torch.tensor(value) for name, value in actor.items()}
described = {"policy": json.dumps(actor_settings)}
torch.save(weights | described, checkpoint / "actor.pt")
torch.save(weights | described, checkpoint / "actor-stream.pt", _use_new_zipfile_serialization=False)

# what Stable-Baselines3 writes, less what is not read
names = {"net.0": "mlp_extractor.policy_net.0", "net.1": "action_net"}
model = {names[name[:5]] + name[5:]: value for name, value in weights.items()}
buffer = io.BytesIO()
torch.save(model | {"log_std": torch.zeros(1)}, buffer)
encoded = base64.b64encode(pickle.dumps({"activation_fn": torch.nn.ReLU})).decode()
with zipfile.ZipFile(checkpoint / "ppo.zip", "w") as archive:
    archive.writestr("data", json.dumps({"policy_kwargs": {":serialized:": encoded}}))
    archive.writestr("policy.pth", buffer.getvalue())

# the agents of FQL's code and of CleanDiffuser
value_net = {"Dense_0": dense(2, 2), "LayerNorm_0": norm(2), "Dense_1": dense(2, 1)}
heads = {"Dense_0": dense(3, 2, (2,)), "Dense_1": dense(2, 1, (2,)),
         "LayerNorm_0": {"scale": np.ones((2, 2), np.float32), "bias": np.zeros((2, 2), np.float32)}}
networks = {"modules_actor_flow": {"mlp": {"Dense_0": dense(4, 2), "Dense_1": dense(2, 1)}},
            "modules_critic": {"value_net": heads}, "modules_value": {"value_net": value_net}}
(checkpoint / "flow.pkl").write_bytes(
    pickle.dumps({"agent": {"network": {"step": 1, "params": networks}}}, 4))


def linear(name, i, o):
    return {f"{name}.weight": torch.randn(o, i), f"{name}.bias": torch.zeros(o)}


def layer_norm(name, n):
    return {f"{name}.weight": torch.ones(n), f"{name}.bias": torch.zeros(n)}


net = "ln_resnet.0.net"
score = (linear("time_mlp.0", 2, 2) | linear("time_mlp.2", 2, 2) | linear("affine_in", 5, 2)
         | layer_norm(f"{net}.1", 2) | linear(f"{net}.2", 2, 2) | linear(f"{net}.4", 2, 2)
         | linear("affine_out", 2, 1))
torch.save({"model_ema": {f"diffusion.{name}": value for name, value in score.items()}},
           checkpoint / "cleandiffuser.pt", _use_new_zipfile_serialization=False)

files = SEEDS / "safetensors"
files.mkdir(exist_ok=True)
save_file({"a": np.arange(3, dtype=np.float32), "b": np.zeros((2, 0))}, files / "two.safetensors")
types = [np.float16, np.int8, np.uint16, np.int64, np.bool_, np.float64, np.uint64]
save_file({np.dtype(t).name: np.ones((1, 2), t) for t in types}, files / "types.safetensors",
          {"policy": '{"a":1}', "é": '\\u00e9\n"'})
save_file({}, files / "empty.safetensors")

arrays = {"observations": np.ones((3, 2), np.float32), "terminals": np.array([False, False, True])}
archives = SEEDS / "npz"
archives.mkdir(exist_ok=True)
np.savez(archives / "stored.npz", **arrays, actions=np.ones((3, 1)))
np.savez_compressed(archives / "deflated.npz", **arrays, actions=np.ones((3, 1), np.int64))
trees = SEEDS / "hdf5"
trees.mkdir(exist_ok=True)
for libver in ["earliest", "latest"]:
    with h5py.File(trees / f"plain-{libver}", "w", libver=libver) as file:
        for name, values in arrays.items():
            file[f"group/{name}"] = values
        file["link"] = h5py.SoftLink("/group")
    with h5py.File(trees / f"packed-{libver}", "w", libver=libver, track_order=True) as file:
        for number, options in enumerate([
            {"chunks": (1, 2)}, {"chunks": (2, 1), "compression": "gzip", "shuffle": True},
            {"chunks": (3, 2), "compression": "lzf", "fletcher32": True},
            {"chunks": (1, 1), "maxshape": (None, 2)}, {"chunks": (1, 1), "maxshape": (None, None)},
        ]):
            file.create_dataset(f"{number}", data=arrays["observations"], **options)
    with h5py.File(trees / f"links-{libver}", "w", libver=libver, track_order=True) as file:
        for number in range(9):
            file.create_group(f"episode_{number}")

for path in [*checkpoint.iterdir(), *files.iterdir(), *archives.iterdir(), *trees.iterdir()]:
    path.chmod(0o644)

# a tetrahedron and a box in each format of a mesh; the first byte chooses the format
mesh = SEEDS / "mesh"
mesh.mkdir(parents=True, exist_ok=True)
tetrahedron = (np.array([[0, 0, 0], [0.3, 0, 0], [0, 0.2, 0], [0, 0, 0.1]], "<f4"),
               np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]], "<i4"))
corners = np.array([[x, y, z] for x in (-0.1, 0.1) for y in (-0.2, 0.2) for z in (-0.1, 0.1)], "<f4")
box = (corners, np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6],
                          [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3]], "<i4"))
for name, (vertices, triangles) in [("tetrahedron", tetrahedron), ("box", box)]:
    facets = b"".join(bytes(12) + vertices[t].tobytes() + bytes(2) for t in triangles)
    (mesh / f"{name}.stl").write_bytes(b"\x00" + bytes(80) + np.uint32(len(triangles)).tobytes() + facets)
    lines = [f"v {x:g} {y:g} {z:g}" for x, y, z in vertices] + [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in triangles]
    (mesh / f"{name}.obj").write_bytes(b"\x01" + "\n".join(lines).encode() + b"\n")
    counts = np.array([len(vertices), 0, 0, len(triangles)], "<i4")
    (mesh / f"{name}.msh").write_bytes(b"\x02" + counts.tobytes() + vertices.tobytes() + triangles.tobytes())

# the same height field in each format
heights = np.arange(12, dtype="<f4").reshape(3, 4) ** 2
(mesh / "ground.bin").write_bytes(b"\x04" + np.array([3, 4], "<i4").tobytes() + heights.tobytes())
lines = b"".join(bytes([kind]) + heights[kind].astype("u1").tobytes() for kind in range(3))
chunks = [(b"IHDR", struct.pack(">IIBBBBB", 4, 3, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
(mesh / "ground.png").write_bytes(
    b"\x03\x89PNG\r\n\x1a\n"
    + b"".join(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks))
