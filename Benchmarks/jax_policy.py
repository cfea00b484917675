"""A JAX re-statement of the reference's evaluation policy, one jitted function per action.

Flags of XLA have to stand in the environment before this is imported.
"""
import json

import jax
import jax.numpy as jnp
from safetensors import safe_open


def load(path):
    with safe_open(path, "np") as file:
        hyper = json.loads(file.metadata()["hyperparameters"])
        return {name: jnp.asarray(file.get_tensor(name)) for name in file.keys()}, hyper


def make_policy(tensors, hyper, candidates):
    """Returns act(key, observation) -> (key, action), compiled."""
    activation = jax.nn.swish if hyper["activation"] == "swish" else (
        lambda x: x * jnp.tanh(jax.nn.softplus(x)))
    steps = hyper["create_kwargs"]["T"]
    betas, alphas = tensors["schedule.betas"], tensors["schedule.alphas"]
    alpha_hats = tensors["schedule.alpha_hats"]

    def dense(x, name):
        return x @ tensors[name + ".kernel"] + tensors[name + ".bias"]

    def norm(x, name):
        mean = x.mean(-1, keepdims=True)
        var = jnp.maximum((x * x).mean(-1, keepdims=True) - mean * mean, 0)
        factor = jax.lax.rsqrt(var + 1e-6) * tensors[name + ".scale"]
        return (x - mean) * factor + tensors[name + ".bias"]

    def score(obs, x, t):
        net = "target_score_model."
        angle = 2 * jnp.pi * t @ tensors[net + "FourierFeatures_0.kernel"].T
        c = jnp.concatenate([jnp.cos(angle), jnp.sin(angle)], -1)
        c = dense(activation(dense(c, net + "MLP_0.Dense_0")), net + "MLP_0.Dense_1")
        h = dense(jnp.concatenate([x, obs, c], -1), net + "MLPResNet_0.Dense_0")
        block = 0
        while f"{net}MLPResNet_0.MLPResNetBlock_{block}.Dense_0.bias" in tensors:
            name = f"{net}MLPResNet_0.MLPResNetBlock_{block}."
            inner = norm(h, name + "LayerNorm_0") if name + "LayerNorm_0.scale" in tensors else h
            h = h + dense(activation(dense(inner, name + "Dense_0")), name + "Dense_1")
            block += 1
        return dense(activation(h), net + "MLPResNet_0.Dense_1")

    def q(obs, action):
        def head(i):
            net = "target_critic.VmapStateActionValue_0."
            h = jnp.concatenate([obs, action], -1)
            for layer in ("MLP_0.Dense_0", "MLP_0.Dense_1"):
                kernel, bias = tensors[f"{net}{layer}.kernel"][i], tensors[f"{net}{layer}.bias"][i]
                h = jax.nn.relu(h @ kernel + bias)
            return (h @ tensors[net + "Dense_0.kernel"][i] + tensors[net + "Dense_0.bias"][i])[:, 0]
        return jnp.minimum(head(0), head(1))

    @jax.jit
    def act(key, observation):
        obs = jnp.repeat(observation[None], candidates, 0)
        key, draw = jax.random.split(key)
        x = jax.random.normal(draw, (candidates, hyper["act_dim"]))

        def step(carry, t):
            x, key = carry
            eps = score(obs, x, jnp.full((candidates, 1), t, jnp.float32))
            x = (x - (1 - alphas[t]) / jnp.sqrt(1 - alpha_hats[t]) * eps) / jnp.sqrt(alphas[t])
            key, draw = jax.random.split(key)
            x = x + (t > 0) * jnp.sqrt(betas[t]) * jax.random.normal(draw, x.shape)
            return (jnp.clip(x, -1, 1), key), None

        (x, key), _ = jax.lax.scan(step, (x, key), jnp.arange(steps - 1, -1, -1))
        return key, x[jnp.argmax(q(obs, x))]

    return act
