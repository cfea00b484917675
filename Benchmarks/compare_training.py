#!/usr/bin/env python3
"""Updates per second of the IDQL learner, beside a JAX re-statement of the reference's, in one run.

    swift build -c release --product idql
    python3 Benchmarks/compare_training.py

Fetches jax, flax and optax from PyPI into .venv-benchmark. Both sides do the reference's whole update at the
sizes it uses for Hopper (simple family: actor, value, critic, both averages; dropout and noise drawn inside)
on random batches, pinned to as many cores as they may use threads, and take turns, so that whatever else the
machine does falls on both. The figures are medians over the rounds: updates per second (of processor time on
one thread, of wall time on more), the ratio of a pair of runs, and the share of the speed of OpenBLAS's
matrix product (as NumPy comes with it, on as many threads) that the update's arithmetic amounts to when
counted as the reference does it, with the condition once for each row.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess

from packages import venv_python

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSIONS = {"jax": "0.10.2", "flax": "0.12.8", "optax": "0.2.8"}
OBSERVATION, ACTION, WIDTH, STEPS = 11, 3, 256, 5


def sgemm_worker():
    """Prints the speed of a product of two matrices of 1024 x 1024, in GFLOP/s; the best of many."""
    import time

    import numpy as np

    a = np.random.default_rng(0).standard_normal((1024, 1024), np.float32)
    best = float("inf")
    for _ in range(200):
        start = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - start)
    print(json.dumps(2 * 1024**3 / best * 1e-9))


def jax_worker(batch_size, seconds, precision):
    """Prints what the jitted update takes; in bf16 all products and activations are, weights and Adam not."""
    import time
    from typing import Callable, Sequence

    import flax.linen as nn
    import jax
    import jax.numpy as jnp
    import optax
    from flax.training.train_state import TrainState

    xavier = nn.initializers.xavier_uniform()
    dtype = jnp.bfloat16 if precision == "bf16" else jnp.float32

    class MLP(nn.Module):
        widths: Sequence[int]
        activation: Callable
        norm: bool = False
        activate_last: bool = True

        @nn.compact
        def __call__(self, x):
            if self.norm:
                x = nn.LayerNorm()(x)
            for i, width in enumerate(self.widths):
                x = nn.Dense(width, kernel_init=xavier, dtype=dtype)(x)
                if self.activate_last or i + 1 < len(self.widths):
                    x = self.activation(x)
            return x

    class Score(nn.Module):
        @nn.compact
        def __call__(self, s, a, t, training):
            w = self.param("w", nn.initializers.normal(0.2), (64, 1))
            f = 2 * jnp.pi * t @ w.T
            c = MLP((256, 256), nn.swish, activate_last=False)(
                jnp.concatenate([jnp.cos(f), jnp.sin(f)], -1))
            x = nn.Dense(WIDTH, kernel_init=xavier, dtype=dtype)(jnp.concatenate([a, s, c], -1))
            for _ in range(3):
                y = nn.LayerNorm()(nn.Dropout(0.1)(x, deterministic=not training))
                x = x + nn.Dense(WIDTH, dtype=dtype)(nn.swish(nn.Dense(4 * WIDTH, dtype=dtype)(y)))
            return nn.Dense(ACTION, kernel_init=xavier)(nn.swish(x))

    class Value(nn.Module):
        norm: bool = True

        @nn.compact
        def __call__(self, x):
            x = MLP((256, 256), nn.relu, norm=self.norm)(x)
            return nn.Dense(1, kernel_init=xavier)(x)[:, 0]

    Critic = nn.vmap(
        Value, variable_axes={"params": 0}, split_rngs={"params": True}, in_axes=None, axis_size=2)

    betas = 1 - jnp.exp(-0.1 / STEPS - 4.95 * (2 * jnp.arange(1, STEPS + 1) - 1) / STEPS**2)
    alpha_hats = jnp.cumprod(1 - betas)

    def average(online, target, rate):
        return jax.tree.map(lambda p, q: p * rate + q * (1 - rate), online, target)

    @jax.jit
    def update(score, score_target, value, critic, critic_target, key, batch):
        s, a = batch["s"], batch["a"]
        key, k_time, k_noise, k_drop = jax.random.split(key, 4)
        t = jax.random.randint(k_time, (len(s),), 0, STEPS)
        z = jax.random.normal(k_noise, a.shape)
        level = alpha_hats[t][:, None]
        noisy = jnp.sqrt(level) * a + jnp.sqrt(1 - level) * z

        def score_loss(p):
            predicted = score.apply_fn(
                {"params": p}, s, noisy, t[:, None].astype(jnp.float32), True, rngs={"dropout": k_drop})
            return ((predicted - z) ** 2).sum(-1).mean()

        loss_a, gradient = jax.value_and_grad(score_loss)(score.params)
        score = score.apply_gradients(grads=gradient)
        score_target = average(score.params, score_target, 0.001)

        sa = jnp.concatenate([s, a], -1)
        q = critic.apply_fn({"params": critic_target}, sa).min(0)

        def value_loss(p):
            u = q - value.apply_fn({"params": p}, s)
            return (jnp.where(u > 0, 0.7, 0.3) * u**2).mean()

        loss_v, gradient = jax.value_and_grad(value_loss)(value.params)
        value = value.apply_gradients(grads=gradient)

        y = batch["r"] + 0.99 * batch["m"] * value.apply_fn({"params": value.params}, batch["s2"])

        def critic_loss(p):
            return ((critic.apply_fn({"params": p}, sa) - y) ** 2).mean()

        loss_q, gradient = jax.value_and_grad(critic_loss)(critic.params)
        critic = critic.apply_gradients(grads=gradient)
        critic_target = average(critic.params, critic_target, 0.005)
        return score, score_target, value, critic, critic_target, key, (loss_a, loss_v, loss_q)

    key = jax.random.PRNGKey(0)
    draw = lambda i, *shape: jax.random.normal(jax.random.fold_in(key, i), shape)
    batch = {
        "s": draw(1, batch_size, OBSERVATION), "a": jnp.tanh(draw(2, batch_size, ACTION)),
        "r": draw(3, batch_size), "m": jnp.ones(batch_size), "s2": draw(4, batch_size, OBSERVATION)}

    def state(module, optimizer, *inputs):
        return TrainState.create(
            apply_fn=module.apply, params=module.init(key, *inputs)["params"], tx=optimizer)

    decay = optax.cosine_decay_schedule(3e-4, 3_000_000)
    score = state(Score(), optax.adamw(decay), batch["s"], batch["a"], jnp.ones((batch_size, 1)), False)
    value = state(Value(), optax.adam(3e-4), batch["s"])
    critic = state(Critic(norm=False), optax.adam(3e-4), jnp.concatenate([batch["s"], batch["a"]], -1))
    states = (score, score.params, value, critic, critic.params, key)
    for _ in range(3):
        *states, losses = update(*states, batch)
    jax.block_until_ready(losses)
    start, cpu_start, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - start < seconds:
        for _ in range(5):
            *states, losses = update(*states, batch)
        jax.block_until_ready(losses)
        count += 5
    print(json.dumps({
        "updates": count, "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu_start}))


def run(command, threads):
    """The JSON a command prints, pinned to as many cores as threads."""
    cores = set(sorted(os.sched_getaffinity(0))[-threads:])
    environment = os.environ | {"JAX_PLATFORMS": "cpu", "OPENBLAS_NUM_THREADS": str(threads)}
    if threads == 1:
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    result = subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE, env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, cores))
    return json.loads(result.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="of each run")
    parser.add_argument(
        "--precision", default="float32", help="of idql's products, and of a second column of JAX: float32, bf16")
    parser.add_argument("--batches", type=int, nargs="+", default=[256, 512])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--idql", default=ROOT / ".build" / "release" / "idql")
    parser.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    match options.worker:
        case ["jax", batch, precision]:
            return jax_worker(int(batch), options.seconds, precision)
        case ["sgemm"]:
            return sgemm_worker()

    worker = [venv_python(**VERSIONS), __file__, "--seconds", str(options.seconds), "--worker"]
    precisions = list(dict.fromkeys(["float32", options.precision]))
    names = [f"JAX {precision}" for precision in precisions]
    print(f"{'batch':>6} {'threads':>8} {'idql':>8}" + "".join(f"{name:>12} {'ratio':>6}" for name in names)
          + f" {'idql, of sgemm':>15}   updates per second, idql in {options.precision}")
    for batch in options.batches:
        for threads in options.threads:
            clock = "cpu_seconds" if threads == 1 else "seconds"
            ours, theirs, products = [], {precision: [] for precision in precisions}, []
            for _ in range(options.rounds):
                result = run(
                    [options.idql, "bench", "training", "--batch", str(batch), "--workers", str(threads),
                     "--seconds", str(options.seconds), "--precision", options.precision, "--json", "-"], threads)
                ours.append(result["updates"] / result[clock])
                for precision in precisions:
                    reference = run(worker + ["jax", str(batch), precision], threads)
                    theirs[precision].append(reference["updates"] / reference[clock])
                products.append(run(worker + ["sgemm"], threads))
            share = result["gflop_per_update"] / max(products)
            line = f"{batch:6} {threads:8} {statistics.median(ours):8.1f}"
            for rates in theirs.values():
                ratio = statistics.median(a / b for a, b in zip(ours, rates))
                line += f"{statistics.median(rates):12.1f} {ratio:6.2f}"
            print(line + f" {statistics.median(ours) * share:15.0%}", flush=True)


if __name__ == "__main__":
    main()
