"""Writes Tests/AgentTests/Golden/policies: small policies saved by the libraries themselves, and what those
libraries answer.

    python Scripts/make_policy_fixtures.py

Stable-Baselines3 2.9.2, sb3-contrib 2.9.2, PyTorch 2.13.0, flax 0.12.8, safetensors. Everything is random and
untrained; `expected.safetensors` holds observations and each library's own actions for them.
"""

import io
import json
import pathlib
import pickle
import zipfile

import flax.linen as nn
import flax.serialization
import gymnasium
import jax
import jax.numpy as jnp
import numpy as np
import optax
import sb3_contrib
import stable_baselines3
import torch
from flax import struct
from flax.training.train_state import TrainState
from safetensors.numpy import save_file
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from reference_networks import MLP, FourierFeatures

GOLDEN = pathlib.Path(__file__).parent.parent / "Tests/AgentTests/Golden/policies"
O, A, ROWS = 5, 2, 8


class Task(gymnasium.Env):
    """Five numbers, two actions, nothing to learn."""

    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (O,), np.float64)
    action_space = gymnasium.spaces.Box(-1, 1, (A,), np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        return self.np_random.normal(size=O), {}

    def step(self, action):
        return self.np_random.normal(size=O), 0.0, False, False, {}


def randomised(model):
    """Weights and biases away from their initial values, which are close to zero in places."""
    with torch.no_grad():
        for parameter in model.policy.parameters():
            parameter += 0.3 * torch.randn(parameter.shape)


def old_format(source, target):
    """The same model with its weights as PyTorch stored them before 1.6, packed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        weights, stream = torch.load(io.BytesIO(old.read("policy.pth"))), io.BytesIO()
        torch.save(weights, stream, _use_new_zipfile_serialization=False)
        new.writestr("data", old.read("data"))
        new.writestr("policy.pth", stream.getvalue())


def stable_baselines(expected):
    environment = VecNormalize(DummyVecEnv([Task]), clip_obs=3.0)
    environment.reset()
    for _ in range(20):
        environment.step(np.zeros((1, A), np.float32))
    environment.training = False
    environment.save(str(GOLDEN / "vec_normalize.pkl"))
    small = {"net_arch": [6]}
    activated = lambda activation: small | {"activation_fn": activation}
    contrib = sb3_contrib
    cases = {
        "sac": (stable_baselines3.SAC, "MlpPolicy", {"net_arch": [6, 7]}, {}),
        "sac_sde": (stable_baselines3.SAC, "MlpPolicy", small | {"clip_mean": 1.5}, {"use_sde": True}),
        "td3": (stable_baselines3.TD3, "MlpPolicy", activated(torch.nn.ELU), {}),
        "tqc": (contrib.TQC, "MlpPolicy", activated(torch.nn.GELU), {}),
        "ppo": (stable_baselines3.PPO, "MlpPolicy", {"net_arch": [6, 7]}, {}),
        "a2c": (stable_baselines3.A2C, "MlpPolicy", activated(torch.nn.LeakyReLU), {}),
        "trpo": (contrib.TRPO, "MlpPolicy", activated(torch.nn.Mish), {}),
        "ars": (contrib.ARS, "MlpPolicy", activated(torch.nn.SiLU), {}),
        "ars_linear": (contrib.ARS, "LinearPolicy", {}, {}),
    }
    torch.manual_seed(1)
    for name, (kind, policy, options, more) in cases.items():
        model = kind(policy, Task(), policy_kwargs=options, seed=0, **more)
        randomised(model)
        model.save(GOLDEN / f"{name}.zip", exclude=["replay_buffer", "rollout_buffer"])
        if name == "ppo":
            old_format(GOLDEN / "ppo.zip", GOLDEN / "ppo_2020.zip")
        model = kind.load(GOLDEN / f"{name}.zip")
        observations = expected["observations"]
        expected[name] = model.predict(observations, deterministic=True)[0]
        normal = environment.normalize_obs(observations)
        expected[f"{name}.normalized"] = model.predict(normal, deterministic=True)[0]


def bounded(low, high):
    """The same task with other bounds of actions."""
    task = Task()
    task.action_space = gymnasium.spaces.Box(np.float32(low), np.float32(high), (A,), np.float32)
    return task


def stable_baselines_bounds(expected):
    """Actions within other bounds than -1 and 1, and a mean that is bounded without a layer before it."""
    cases = {
        "sac_sde_linear": (stable_baselines3.SAC, Task(), {"net_arch": [], "clip_mean": 0.5}, {"use_sde": True}),
        "sac_narrow": (stable_baselines3.SAC, bounded(-0.4, 0.4), {"net_arch": [6]}, {}),
        "ppo_wide": (stable_baselines3.PPO, bounded([-3, -0.2], [2, 0.3]), {"net_arch": [6]}, {}),
    }
    torch.manual_seed(3)
    for name, (kind, task, options, more) in cases.items():
        model = kind("MlpPolicy", task, policy_kwargs=options, seed=0, **more)
        randomised(model)
        model.save(GOLDEN / f"{name}.zip", exclude=["replay_buffer", "rollout_buffer"])
        expected[name] = model.predict(expected["observations"], deterministic=True)[0]


def other_serialisations():
    """What is there already, as later protocols, machines of the other byte order and Python 2 would store it."""
    weights = torch.load(GOLDEN / "mlp.pt")
    torch.save(weights, GOLDEN / "mlp_stream_4.pt", _use_new_zipfile_serialization=False, pickle_protocol=4)
    with zipfile.ZipFile(GOLDEN / "mlp.pt") as little, zipfile.ZipFile(GOLDEN / "mlp_big.pt", "w") as big:
        for name in little.namelist():
            content = little.read(name)
            if name.endswith("byteorder"):
                content = b"big"
            elif "/data/" in name:
                content = np.frombuffer(content, "<f4").astype(">f4").tobytes()
            big.writestr(name, content)
    for protocol in (0, 1):
        agent = pickle.loads((GOLDEN / "params_numpy.pkl").read_bytes())
        (GOLDEN / f"params_numpy_{protocol}.pkl").write_bytes(pickle.dumps(agent, protocol))


def torch_files(expected):
    """One network in PyTorch's two formats, numbered as Sequential numbers it."""
    torch.manual_seed(2)
    net = torch.nn.Sequential(
        torch.nn.Linear(O, 6), torch.nn.LayerNorm(6), torch.nn.SiLU(), torch.nn.Linear(6, 7),
        torch.nn.SiLU(), torch.nn.LayerNorm(7), torch.nn.Linear(7, A))
    with torch.no_grad():
        net[1].weight.uniform_(0.5, 2)
        net[5].bias.uniform_(-1, 1)
    settings = json.dumps({"env": "toy", "activation": "silu", "squash": True})
    weights = {f"net.{name}": value for name, value in net.state_dict().items()}
    torch.save(weights | {"policy": settings}, GOLDEN / "mlp.pt")
    torch.save(weights | {"policy": settings}, GOLDEN / "mlp_stream.pt", _use_new_zipfile_serialization=False)
    # a transposed tensor, stored by its strides
    transposed = {name: value.t().contiguous().t() if value.dim() == 2 else value
                  for name, value in weights.items()}
    torch.save(transposed | {"policy": settings}, GOLDEN / "mlp_strided.pt")
    arrays = {name: value.numpy() for name, value in weights.items()}
    save_file(arrays, GOLDEN / "mlp.safetensors", {"policy": settings})
    wide = {name: value.astype(np.float64) for name, value in arrays.items()}
    save_file(wide, GOLDEN / "mlp_float64.safetensors", {"policy": settings})
    with torch.no_grad():
        answer = net(torch.tensor(expected["observations"], dtype=torch.float32))
    expected["mlp"] = torch.tanh(answer).numpy()


class MLPResNetBlock(nn.Module):
    width: int

    @nn.compact
    def __call__(self, x):
        y = nn.swish(nn.Dense(4 * self.width)(nn.LayerNorm()(x)))
        return x + nn.Dense(self.width)(y)


class MLPResNet(nn.Module):
    width: int
    outputs: int

    @nn.compact
    def __call__(self, x):
        x = nn.Dense(self.width)(x)
        for _ in range(2):
            x = MLPResNetBlock(self.width)(x)
        return nn.Dense(self.outputs)(nn.swish(x))


class Score(nn.Module):
    @nn.compact
    def __call__(self, s, a, t):
        condition = MLP((6, 6), nn.swish)(FourierFeatures(8)(t))
        return MLPResNet(8, A)(jnp.concatenate([a, s, condition], -1))


class Q(nn.Module):
    """flax names its parts MLP_0 and Dense_0."""

    norm: bool = False

    @nn.compact
    def __call__(self, s, a):
        x = nn.relu(MLP((7, 6), nn.relu, self.norm)(jnp.concatenate([s, a], -1)))
        return nn.Dense(1)(x)[..., 0]


class Value(nn.Module):
    @nn.compact
    def __call__(self, s):
        return nn.Dense(1, name="OutputVDense")(nn.relu(MLP((7, 6), nn.relu, True)(s)))[..., 0]


class Agent(struct.PyTreeNode):
    """The fields of the reference's agent."""

    rng: jax.Array
    score_model: TrainState
    target_score_model: TrainState
    critic: TrainState
    target_critic: TrainState
    value: TrainState
    discount: float
    tau: float
    actor_tau: float
    critic_hyperparam: float
    N: int
    ddpm_temperature: float
    policy_temperature: float
    betas: jax.Array
    alphas: jax.Array
    alpha_hats: jax.Array
    actor: object = None
    T: int = struct.field(pytree_node=False, default=7)


def randomised_tree(tree, key):
    leaves, structure = jax.tree.flatten(tree)
    keys = jax.random.split(key, len(leaves))
    return jax.tree.unflatten(
        structure, [x + 0.2 * jax.random.normal(k, x.shape) for x, k in zip(leaves, keys)])


def cosine(steps, s=0.008):
    t = np.linspace(0, 1, steps + 1)
    level = np.cos((t + s) / (1 + s) * np.pi / 2) ** 2
    return jnp.clip(jnp.array(1 - level[1:] / level[:-1], jnp.float32), 0, 0.999)


def agent_files(expected):
    keys = jax.random.split(jax.random.PRNGKey(3), 12)
    steps, candidates = 7, 6
    s, a, t = jnp.zeros((1, O)), jnp.zeros((1, A)), jnp.zeros((1, 1))
    frozen = optax.GradientTransformation(lambda _: None, lambda _: None)

    def state(module, params, optimizer):
        return TrainState.create(apply_fn=module.apply, params=params, tx=optimizer)

    score, value = Score(), Value()
    params = randomised_tree(score.init(keys[0], s, a, t)["params"], keys[1])
    value_params = randomised_tree(value.init(keys[2], s)["params"], keys[3])
    betas = cosine(steps)
    alphas = 1 - betas
    hats = jnp.cumprod(alphas)
    observations = expected["observations"].astype(np.float32)
    noise = jax.random.normal(keys[6], (ROWS, candidates, A))
    z = jax.random.normal(keys[7], (ROWS, steps, candidates, A))
    expected |= {"agent.noise_init": np.asarray(noise), "agent.noise_z": np.asarray(z)}

    for name, norm in [("agent", False), ("agent_critic_norm", True)]:
        q = Q(norm)
        heads = [randomised_tree(q.init(k, s, a)["params"], k) for k in keys[4:6]]
        ensemble = {"VmapStateActionValue_0": jax.tree.map(lambda *h: jnp.stack(h), *heads)}
        # the online networks differ from the averaged ones, so that a mix-up shows
        shifted = lambda tree: jax.tree.map(lambda x: x + 1, tree)
        agent = Agent(
            rng=jax.random.PRNGKey(0),
            score_model=state(score, shifted(params), optax.adamw(1e-3)),
            target_score_model=state(score, params, frozen),
            critic=state(q, shifted(ensemble), optax.adam(1e-3)),
            target_critic=state(q, ensemble, frozen),
            value=state(value, value_params, optax.adam(1e-3)),
            discount=0.99, tau=0.005, actor_tau=0.001, critic_hyperparam=0.8, N=candidates,
            ddpm_temperature=0.5, policy_temperature=3.0, betas=betas, alphas=alphas, alpha_hats=hats)
        (GOLDEN / f"{name}.msgpack").write_bytes(flax.serialization.to_bytes(agent))
        if not norm:
            with open(GOLDEN / "params_100.pkl", "wb") as file:
                pickle.dump({"agent": flax.serialization.to_state_dict(agent)}, file)
            numpy = jax.tree.map(np.asarray, flax.serialization.to_state_dict(agent))
            with open(GOLDEN / "params_numpy.pkl", "wb") as file:
                pickle.dump({"agent": numpy}, file, protocol=2)
            limit = flax.serialization.MAX_CHUNK_SIZE
            flax.serialization.MAX_CHUNK_SIZE = 64
            (GOLDEN / "agent_chunked.msgpack").write_bytes(flax.serialization.to_bytes(agent))
            flax.serialization.MAX_CHUNK_SIZE = limit
            bare = {"target_score_model": params, "target_critic": ensemble, "value": value_params,
                    "step": np.float32(3), "complex": 1 + 2j, "list": [1, "two", None]}
            (GOLDEN / "parameters.msgpack").write_bytes(flax.serialization.to_bytes(bare))
        tiled = jnp.repeat(observations[:, None], candidates, 1)
        x = noise
        for t_ in reversed(range(steps)):
            eps = score.apply({"params": params}, tiled, x, jnp.full((ROWS, candidates, 1), float(t_)))
            x = (x - (1 - alphas[t_]) / jnp.sqrt(1 - hats[t_]) * eps) / jnp.sqrt(alphas[t_])
            if t_ > 0:
                x = x + jnp.sqrt(betas[t_]) * 0.5 * z[:, steps - 1 - t_]
            x = jnp.clip(x, -1, 1)
        expected[f"{name}.candidates"] = np.asarray(x)
        expected[f"{name}.q"] = np.asarray(jnp.stack([q.apply({"params": h}, tiled, x) for h in heads], 1))
    expected["agent.v"] = np.asarray(value.apply({"params": value_params}, observations))


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    expected = {"observations": np.random.default_rng(0).normal(0, 2, (ROWS, O))}
    stable_baselines(expected)
    stable_baselines_bounds(expected)
    torch_files(expected)
    agent_files(expected)
    other_serialisations()
    expected = {name: np.ascontiguousarray(value) for name, value in expected.items()}
    save_file(expected, GOLDEN / "expected.safetensors")
    for path in GOLDEN.iterdir():
        path.chmod(0o644)


main()
