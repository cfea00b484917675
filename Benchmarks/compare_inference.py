"""Milliseconds per action of the IDQL evaluation policy: `idql eval` beside a JAX re-statement.

    swift build -c release --product idql
    python3 Benchmarks/compare_inference.py         # needs jax, safetensors

The JAX side is one jitted function doing what the reference's `eval_actions` does with one observation: N
noises, T network calls, the two Q heads, the argmax. The other side is a whole evaluation of ten Hopper
episodes in lockstep, start-up and physics included. Both run on one thread of the same core, the JAX actions
before and after each evaluation; the figures are processor time.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
POLICY = ROOT / "Tests" / "AgentTests" / "Golden" / "hopper_simple.safetensors"
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
    """Processor milliseconds of each of `actions` actions."""
    key, times = jax.random.PRNGKey(0), []
    for _ in range(actions):
        start = time.process_time()
        key, action = act(key, observation)
        action.block_until_ready()
        times.append((time.process_time() - start) * 1e3)
    return times


def time_idql(idql, checkpoint, candidates, episodes, seed):
    """Processor milliseconds per action of a whole evaluation: start-up and physics included."""
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "result.json"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [idql, "eval", "--env", "Hopper-v4", "--policy", checkpoint, "--workers", "1",
             "--episodes", str(episodes), "--batch", str(episodes), "--seed", str(seed),
             "--candidates", str(candidates), "--json", result],
            check=True, capture_output=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        steps = sum(e["length"] for e in json.loads(result.read_text())["episodes"])
        return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1e3 / steps


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=pathlib.Path, default=POLICY)
    parser.add_argument("--candidates", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--idql", type=pathlib.Path, default=ROOT / ".build" / "release" / "idql")
    options = parser.parse_args()

    tensors, hyper = load(options.checkpoint)
    act = make_policy(tensors, hyper, options.candidates)
    observation = jnp.linspace(-1, 1, hyper["obs_dim"], dtype=jnp.float32)
    time_jax(act, observation, 5)  # compile

    print(f"{'JAX, one environment':>22} {'idql eval, 10 episodes':>24} {'ratio':>7}   ms per action")
    ratios = []
    for seed in range(options.rounds):
        jax_before = time_jax(act, observation, 100)
        ours = time_idql(options.idql, options.checkpoint, options.candidates, 10, seed)
        theirs = statistics.median(jax_before + time_jax(act, observation, 100))
        ratios.append(theirs / ours)
        print(f"{theirs:22.2f} {ours:24.2f} {ratios[-1]:7.2f}", flush=True)
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
