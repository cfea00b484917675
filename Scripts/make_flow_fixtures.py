"""Writes Tests/AgentTests/Golden/flow: a small, untrained IFQL agent saved by FQL's code, and what that code answers
from recorded noise.

    PYTHONPATH=fql python Scripts/make_flow_fixtures.py

FQL's repository of 2025 (agents/ifql.py, utils/flax_utils.py), flax 0.12.8, safetensors.
"""

import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from agents.ifql import IFQLAgent, get_config
from safetensors.numpy import save_file
from utils.flax_utils import save_agent

GOLDEN = pathlib.Path(__file__).parent.parent / "Tests/AgentTests/Golden/flow"
O, A, ROWS, CANDIDATES, STEPS = 5, 2, 4, 6, 10


def randomised(tree, key):
    leaves, structure = jax.tree.flatten(tree)
    keys = jax.random.split(key, len(leaves))
    return jax.tree.unflatten(
        structure, [x + 0.2 * jax.random.normal(k, x.shape) for x, k in zip(leaves, keys)])


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    config = get_config()
    config.actor_hidden_dims, config.value_hidden_dims = (7, 6), (6, 7, 5)
    config.num_samples, config.flow_steps = CANDIDATES, STEPS
    agent = IFQLAgent.create(0, np.zeros((1, O), np.float32), np.zeros((1, A), np.float32), config)
    params = randomised(agent.network.params, jax.random.PRNGKey(1))
    agent = agent.replace(network=agent.network.replace(params=params))
    save_agent(agent, str(GOLDEN), 7)

    observations = np.random.default_rng(2).normal(0, 1.5, (ROWS, O)).astype(np.float32)
    noise = jax.random.normal(jax.random.PRNGKey(3), (ROWS, CANDIDATES, A))
    expected = {"observations": observations, "noise_init": noise}
    candidates, chosen = [], []
    select = agent.network.select
    normal = jax.random.normal
    for row in range(ROWS):
        # sample_actions of one observation, with these numbers in place of drawn ones
        jax.random.normal = lambda key, shape: noise[row].reshape(shape)
        with jax.disable_jit():
            chosen.append(agent.sample_actions(observations[row], seed=jax.random.PRNGKey(0)))
        jax.random.normal = normal
        tiled, x = jnp.tile(observations[row], (CANDIDATES, 1)), noise[row]
        for i in range(STEPS):
            x = x + select("actor_flow")(tiled, x, jnp.full((CANDIDATES, 1), i / STEPS), is_encoded=True) / STEPS
        candidates.append(jnp.clip(x, -1, 1))
    candidates = jnp.stack(candidates)
    tiled = jnp.repeat(observations[:, None], CANDIDATES, 1)
    expected |= {
        "actions": jnp.stack(chosen), "candidates": candidates, "v": select("value")(observations),
        "q": jnp.moveaxis(select("critic")(tiled, candidates), 0, 1)}
    save_file({name: np.ascontiguousarray(array) for name, array in expected.items()},
              GOLDEN / "expected.safetensors")
    for path in GOLDEN.iterdir():
        path.chmod(0o644)


main()
