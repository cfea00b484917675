"""Milliseconds per action of the IDQL evaluation policy: this package beside a JAX re-statement.

The JAX side is one jitted function doing what the reference's `eval_actions` does with one
observation: N noises, T network calls, the two Q heads, the argmax. Both run on one thread of the
same core, in alternating rounds; the figure is the smallest processor time, which a busy machine
disturbs least.

    swift build -c release --package-path Benchmarks
    python Benchmarks/compare_inference.py CHECKPOINT.safetensors [--candidates 64] [--rounds 5]
"""

import argparse
import json
import os
import pathlib
import subprocess
import time

CORE = sorted(os.sched_getaffinity(0))[-1]
os.sched_setaffinity(0, {CORE})
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

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


def time_jax(act, observation, actions):
    key = jax.random.PRNGKey(0)
    fastest = float("inf")
    for _ in range(actions):
        start = time.process_time()
        key, action = act(key, observation)
        action.block_until_ready()
        fastest = min(fastest, (time.process_time() - start) * 1e3)
    return fastest


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("checkpoint")
    arguments.add_argument("--candidates", type=int, default=64)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments = arguments.parse_args()

    tensors, hyper = load(arguments.checkpoint)
    act = make_policy(tensors, hyper, arguments.candidates)
    observation = jnp.linspace(-1, 1, hyper["obs_dim"], dtype=jnp.float32)
    time_jax(act, observation, 5)  # compile

    binary = pathlib.Path(__file__).parent / ".build/release/inference-benchmark"
    best = {}
    for _ in range(arguments.rounds):
        rows = [("JAX, 1 row", time_jax(act, observation, 40))]
        if binary.exists():
            for count in (1, 10):
                command = [binary, arguments.checkpoint, str(count), str(arguments.candidates)]
                rows.append((f"Swift, {count} rows", float(subprocess.check_output(command))))
        for name, milliseconds in rows:
            best[name] = min(best.get(name, 1e9), milliseconds)
    for name, milliseconds in best.items():
        ratio = best["JAX, 1 row"] / milliseconds
        print(f"{name:15s} {milliseconds:7.2f} ms per action, {ratio:.2f}x")


main()
