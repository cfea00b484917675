"""Writes Tests/AgentTests/Golden: what the original Python and JAX code computes.

    python Scripts/make_agent_fixtures.py RECORDINGS

RECORDINGS holds recordings of the original IDQL code (philippe-eecs/IDQL, revision 7582571, JAX
0.10.2) and of Stable-Baselines3 actors (DLR-RM/rl-trained-agents); this script cuts them down. The
tiny agent is made here with flax 0.12.8: random weights in the layout of the `mlp` architecture,
which no recording covers.
"""

import json
import pathlib
import shutil
import sys

import flax.linen as nn
import flax.serialization
import jax
import jax.numpy as jnp
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from reference_networks import MLP, FourierFeatures

RECORDINGS = pathlib.Path(sys.argv[1])
GOLDEN = pathlib.Path(__file__).parent.parent / "Tests/AgentTests/Golden"


def read(path):
    with safe_open(RECORDINGS / path, "np") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def cut_inference(name, rows=16):
    """The first observations of a recording of the sampler, the critic and the choice."""
    full = read(f"parity/infer_{name}.safetensors")
    first = ["obs", "noise_init", "noise_z", "actions", "q", "idx", "q_gap_top2", "chosen"]
    kept = {key: full[key][:rows] for key in first + ["v_dataset"]}
    kept |= {key: full[key][:80] for key in ("eps_obs", "eps_a", "eps_t", "eps_pred_target")}
    save_file(kept, GOLDEN / f"infer_{name.split('_seed')[0]}.safetensors")


def cut_actor(name, rows=40):
    """A policy file and the first steps of a recorded episode."""
    shutil.copy(RECORDINGS / f"{name}.safetensors", GOLDEN / f"actor_{name}.safetensors")
    full = read(f"policy_eval/{name}.safetensors")
    kept = {key: full[key][:rows] for key in ("ep0_obs", "ep0_action")}
    save_file(kept, GOLDEN / f"episode_{name}.safetensors")


def mish(x):
    return x * jnp.tanh(nn.softplus(x))


class Score(nn.Module):
    @nn.compact
    def __call__(self, s, a, t):
        features = FourierFeatures(8)(t)
        condition = MLP((12, 12), mish)(features)
        return MLP((24, 20, 24, 2), mish, norm=True)(jnp.concatenate([a, s, condition], -1))


class Trunk(nn.Module):
    """One Q head; flax names its parts MLP_0 and Dense_0."""

    @nn.compact
    def __call__(self, s, a):
        x = nn.relu(MLP((18, 16), nn.relu)(jnp.concatenate([s, a], -1)))
        return nn.Dense(1)(x)[..., 0]


class Value(nn.Module):
    @nn.compact
    def __call__(self, s):
        return nn.Dense(1, name="OutputVDense")(nn.relu(MLP((17, 16), nn.relu)(s)))[..., 0]


def flat(tree, prefix=""):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, np.asarray(value)


def randomised(tree, key):
    """Biases and norms away from their trivial initial values."""
    leaves, structure = jax.tree.flatten(tree)
    keys = jax.random.split(key, len(leaves))
    return jax.tree.unflatten(
        structure, [x + 0.1 * jax.random.normal(k, x.shape) for x, k in zip(leaves, keys)])


def make_tiny_agent():
    keys = jax.random.split(jax.random.PRNGKey(7), 12)
    rows, candidates, steps, o, a = 3, 7, 5, 5, 2
    s, x, t = jnp.zeros((1, o)), jnp.zeros((1, a)), jnp.zeros((1, 1))
    score, value = Score(), Value()
    params = randomised(score.init(keys[0], s, x, t)["params"], keys[1])
    heads = [randomised(Trunk().init(k, s, x)["params"], k) for k in keys[2:4]]
    ensemble = {"VmapStateActionValue_0": jax.tree.map(lambda *h: jnp.stack(h), *heads)}
    state_value = randomised(value.init(keys[4], s)["params"], keys[5])

    # the online networks differ from the averaged ones, so that a mix-up shows
    agent = {
        "score_model": jax.tree.map(lambda p: p + 1, params), "target_score_model": params,
        "critic": jax.tree.map(lambda p: p + 1, ensemble), "target_critic": ensemble,
        "value": state_value, "step": 12,
    }
    (GOLDEN / "tiny_mlp.msgpack").write_bytes(flax.serialization.to_bytes(agent))
    hyper = {
        "activation": "mish", "critic_activation": "relu", "env": "toy", "obs_dim": o, "act_dim": a,
        "ddpm_temperature": 1.0, "clip_sampler": True, "layer_norm_eps": 1e-6,
        "create_kwargs": {"T": steps, "N": 64, "M": 0, "beta_schedule": "vp",
                          "critic_hyperparam": 0.7, "critic_objective": "expectile"},
    }
    arrays = {name: x for name, x in flat(agent) if name != "step"}
    save_file(arrays, GOLDEN / "tiny_mlp.safetensors", {"hyperparameters": json.dumps(hyper)})

    i = np.arange(1, steps + 1)
    betas = (1 - np.exp(-0.1 / steps - 0.5 * 9.9 * (2 * i - 1) / steps**2)).astype(np.float32)
    alphas = 1 - betas
    hats = np.cumprod(alphas)
    obs = jax.random.normal(keys[6], (rows, o))
    noise = jax.random.normal(keys[7], (rows, candidates, a))
    z = jax.random.normal(keys[8], (rows, steps, candidates, a))
    tiled = jnp.repeat(obs[:, None], candidates, 1)
    x = noise
    for t in reversed(range(steps)):
        eps = score.apply({"params": params}, tiled, x, jnp.full((rows, candidates, 1), float(t)))
        x = (x - (1 - alphas[t]) / np.sqrt(1 - hats[t]) * eps) / np.sqrt(alphas[t])
        if t > 0:
            x = x + np.sqrt(betas[t]) * z[:, steps - 1 - t]
        x = jnp.clip(x, -1, 1)
    q = jnp.stack([Trunk().apply({"params": h}, tiled, x) for h in heads], 1)
    v = value.apply({"params": state_value}, obs)
    expected = {"obs": obs, "noise_init": noise, "noise_z": z, "actions": x, "q": q, "v": v}
    expected = {name: np.asarray(value) for name, value in expected.items()}
    save_file(expected, GOLDEN / "infer_tiny_mlp.safetensors")


def make_timed_actor():
    """An actor with padding, a time feature and normalisation, evaluated with NumPy."""
    random = np.random.default_rng(5)
    # 84 zeros, as in place of the contact forces of Gym's Ant
    o, padded, a, steps = 6, 90, 3, np.array([0, 1, 250, 999])
    shapes = [(10, padded + 1), (a, 10)]
    weights = [random.normal(0, 0.5, s).astype(np.float32) for s in shapes]
    biases = [random.normal(0, 0.5, s[0]).astype(np.float32) for s in shapes]
    mean, var = random.normal(size=padded + 1), random.uniform(0.01, 2, padded + 1)
    obs = random.normal(0, 3, (len(steps), o))
    x = np.concatenate([obs, np.zeros((len(steps), padded - o)), (1 - steps / 1000)[:, None]], 1)
    x = np.clip((x - mean) / np.sqrt(var + 1e-8), -10, 10).astype(np.float32)
    x = np.tanh(x @ weights[0].T + biases[0]) @ weights[1].T + biases[1]
    policy = {
        "env": "toy", "algorithm": "ppo", "activation": "tanh", "squash": False,
        "obs_normalization": {
            "mean": mean.tolist(), "var": var.tolist(), "clip": 10.0, "epsilon": 1e-8},
        "time_feature": {"max_steps": 1000}, "pad_zeros_to": padded,
    }
    tensors = {f"net.{i}.weight": w for i, w in enumerate(weights)}
    tensors |= {f"net.{i}.bias": b for i, b in enumerate(biases)}
    save_file(tensors, GOLDEN / "actor_timed.safetensors", {"policy": json.dumps(policy)})
    expected = {"ep0_obs": obs, "ep0_action": np.clip(x, -1, 1), "steps": steps}
    save_file(expected, GOLDEN / "episode_timed.safetensors")


GOLDEN.mkdir(parents=True, exist_ok=True)
shutil.copy(RECORDINGS / "parity/schedules.json", GOLDEN)
shutil.copy(RECORDINGS / "idql/hopper_full.safetensors", GOLDEN)
cut_inference("hopper_simple_seed11")
cut_inference("hopper_full_seed12")
for policy in ("ant_trpo", "hopper_a2c", "hopper_ars", "hopper_tqc", "halfcheetah_ppo"):
    cut_actor(policy)
make_tiny_agent()
make_timed_actor()
for path in GOLDEN.iterdir():
    path.chmod(0o644)
