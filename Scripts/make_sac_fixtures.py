"""Writes Tests/CollectionTests/Golden: what Stable-Baselines3's soft actor-critic does.

    pip install stable-baselines3==2.9.2        # with torch
    python Scripts/make_sac_fixtures.py 0; python Scripts/make_sac_fixtures.py 1e-6

`SAC.train` itself takes three updates of small networks whose targets and temperature have left their
start. Its draws, its losses, the gradients that its optimisers saw and the parameters after each update are
written down. Kernels are transposed to (inputs, outputs); the actor's two last layers are one, μ first.

Stable-Baselines3 adds an epsilon of 1e-6 to 1 - a² in the logarithm of the density. sac_updates has none,
sac_updates_epsilon has it.
"""

import pathlib
import sys
import types

import gymnasium
import numpy as np
import stable_baselines3
import torch
from safetensors.numpy import save_file

GOLDEN = pathlib.Path(__file__).parent.parent / "Tests/CollectionTests/Golden"
OBSERVATION, ACTION, WIDTHS, ROWS, UPDATES = 5, 2, [20, 18], 70, 3
EPSILON = float(sys.argv[1])


class Empty(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (OBSERVATION,), np.float32)
    action_space = gymnasium.spaces.Box(-1, 1, (ACTION,), np.float32)


torch.manual_seed(0)
torch.set_num_threads(1)
model = stable_baselines3.SAC("MlpPolicy", Empty(), policy_kwargs={"net_arch": WIDTHS}, device="cpu")
model.actor.action_dist.epsilon = EPSILON
model.set_logger(stable_baselines3.common.logger.Logger(None, []))
with torch.no_grad():
    model.log_ent_coef.fill_(-1.3)
    for parameter in model.critic_target.parameters():
        parameter += 0.05 * torch.randn_like(parameter)

rng = np.random.default_rng(0)
recording = {}


def normal(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def names(actor_layers, critic_layers):
    """Our names, the module of each, and whether it is a kernel."""
    for index, layers in enumerate(actor_layers):
        name = f"actor.hidden_{index}" if index < len(WIDTHS) else "actor.output"
        yield name, layers
    for head, layers in enumerate(critic_layers):
        for index, layer in enumerate(layers):
            yield f"critic_{head}." + (f"hidden_{index}" if index < len(WIDTHS) else "output"), [layer]


def linear(sequence):
    return [module for module in sequence if isinstance(module, torch.nn.Linear)]


ACTOR = [[layer] for layer in linear(model.actor.latent_pi)] + [[model.actor.mu, model.actor.log_std]]
CRITICS = [linear(network) for network in model.critic.q_networks]
TARGETS = [linear(network) for network in model.critic_target.q_networks]


def write(prefix, actor, critics, value):
    for name, layers in names(actor, critics):
        kernel = torch.cat([value(layer.weight) for layer in layers]).T
        recording[f"{prefix}{name}.kernel"] = np.ascontiguousarray(kernel.detach().numpy())
        recording[f"{prefix}{name}.bias"] = torch.cat(
            [value(layer.bias) for layer in layers]).detach().numpy().copy()


def write_parameters(prefix):
    write(prefix, ACTOR, CRITICS, lambda parameter: parameter)
    write(f"{prefix}target_", [], TARGETS, lambda parameter: parameter)
    recording[f"{prefix}temperature.log"] = model.log_ent_coef.detach().numpy().copy()


def record_gradients(optimizer, layers):
    """The gradients of the last update, as the optimiser sees them."""
    step = optimizer.step

    def recorded():
        write(f"{prefix}/gradient/", *layers, lambda parameter: parameter.grad)
        if optimizer is model.ent_coef_optimizer:
            recording[f"{prefix}/gradient/temperature.log"] = model.log_ent_coef.grad.numpy().copy()
        step()

    optimizer.step = recorded


record_gradients(model.ent_coef_optimizer, ([], []))
record_gradients(model.critic.optimizer, ([], CRITICS))
record_gradients(model.actor.optimizer, (ACTOR, []))
write_parameters("before/")

for update in range(UPDATES):
    prefix = f"step{update}"
    batch = {
        "observations": normal(ROWS, OBSERVATION),
        "actions": np.clip(normal(ROWS, ACTION), -1, 1),
        "rewards": normal(ROWS, 1),
        "masks": (np.arange(ROWS) % 5 != 0).astype(np.float32)[:, None],
        "next_observations": normal(ROWS, OBSERVATION),
        "noise_now": normal(ROWS, ACTION),
        "noise_next": normal(ROWS, ACTION),
    }
    recording.update({f"{prefix}/{name}": values for name, values in batch.items()})
    tensors = {name: torch.from_numpy(values) for name, values in batch.items()}
    model.replay_buffer.sample = lambda *_, **__: types.SimpleNamespace(
        observations=tensors["observations"], actions=tensors["actions"], rewards=tensors["rewards"],
        dones=1 - tensors["masks"], next_observations=tensors["next_observations"], discounts=None)
    draws = iter([tensors["noise_now"], tensors["noise_next"]])
    torch.distributions.normal._standard_normal = lambda *_, **__: next(draws)
    model.train(gradient_steps=1, batch_size=ROWS)
    values = model.logger.name_to_value
    for name, key in [("critic_loss", "critic_loss"), ("actor_loss", "actor_loss"), ("temperature", "ent_coef"),
                      ("temperature_loss", "ent_coef_loss")]:
        recording[f"{prefix}/{name}"] = np.array([values[f"train/{key}"]], np.float64)
    write_parameters(f"{prefix}/after/")

GOLDEN.mkdir(exist_ok=True)
path = GOLDEN / ("sac_updates_epsilon.safetensors" if EPSILON else "sac_updates.safetensors")
save_file(recording, path, {"stable_baselines3": stable_baselines3.__version__, "torch": torch.__version__})
print(path, path.stat().st_size)
