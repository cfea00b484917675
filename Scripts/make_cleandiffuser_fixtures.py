"""Writes Tests/AgentTests/Golden/cleandiffuser: a small, untrained IDQL agent saved by the library CleanDiffuser, and
what that library answers from recorded noise; and in Tests/DatasetsTests/Golden moments.json and five-numbers.hdf5,
a data set whose statistics it acts by.

    PYTHONPATH=CleanDiffuser python Scripts/make_cleandiffuser_fixtures.py

CleanDiffuser of 2024 (its pipelines/idql_d4rl_mujoco.py, of which these are the steps), PyTorch 2.13.0, h5py,
safetensors.
"""

import copy
import json
import pathlib

import h5py
import numpy as np
import torch
from cleandiffuser.diffusion import DiscreteDiffusionSDE
from cleandiffuser.nn_condition import IdentityCondition
from cleandiffuser.nn_diffusion import IDQLMlp
from cleandiffuser.nn_diffusion.idqlmlp import NewIDQLMlp
from cleandiffuser.utils import GaussianNormalizer, IDQLQNet, IDQLVNet
from safetensors.numpy import save_file

TESTS = pathlib.Path(__file__).parent.parent / "Tests"
GOLDEN = TESTS / "AgentTests/Golden/cleandiffuser"
O, A, ROWS, CANDIDATES = 5, 2, 4, 6
SCALE, TEMPERATURE = 7.0, 0.5


def randomised(module, scale=0.3):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter += scale * torch.randn(parameter.shape)
    return module


def agent(kind, steps):
    actor = DiscreteDiffusionSDE(
        randomised(kind(O, A, emb_dim=8, hidden_dim=6, n_blocks=2, dropout=0.1, timestep_emb_type="positional")),
        IdentityCondition(dropout=0.0), predict_noise=True, x_max=torch.ones((1, A)), x_min=-torch.ones((1, A)),
        diffusion_steps=steps, ema_rate=0.9999)
    # the averaged networks differ from the online ones, so that a mix-up shows
    randomised(actor.model_ema)
    actor.eval()
    return actor


def sample(actor, observations, steps, noise, z):
    """As the pipeline samples, with these numbers in place of drawn ones."""
    queue = [noise.reshape(-1, A)] + [z[:, k].reshape(-1, A) for k in range(steps - 1)]
    drawn, torch.randn_like = torch.randn_like, lambda x: queue.pop(0).clone()
    tiled = observations.unsqueeze(1).repeat(1, CANDIDATES, 1).view(-1, O)
    try:
        actions, _ = actor.sample(
            torch.zeros((ROWS * CANDIDATES, A)), solver="ddpm", n_samples=ROWS * CANDIDATES, sample_steps=steps,
            condition_cfg=tiled, w_cfg=1.0, use_ema=True, temperature=TEMPERATURE)
    finally:
        torch.randn_like = drawn
    assert not queue
    return tiled, actions


def moments():
    """Means and deviations of rows that any language can make to the bit."""
    rows, columns = 5000, 3
    i, j = np.arange(rows)[:, None], np.arange(columns)[None]
    table = ((i * (37 + j)) % 101).astype(np.float32) / np.float32(7) + np.float32(1000) * (j == 1)
    table[:, 2] = 4
    normalizer = GaussianNormalizer(table)
    assert normalizer.mean.dtype == np.float32
    return {"mean": normalizer.mean.tolist(), "deviation": normalizer.std.tolist()}


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(4)
    generator = np.random.default_rng(1)
    data = generator.normal([3, -1, 0, 10, 0], [2, 0.1, 1, 5, 0], (400, O)).astype(np.float32)
    normalizer = GaussianNormalizer(data)
    with h5py.File(TESTS / "DatasetsTests/Golden/five-numbers.hdf5", "w") as file:
        # D4RL's loader leaves out the last row
        file["observations"] = np.concatenate([data, data[:1]])
        file["actions"] = np.zeros((401, A), np.float32)
        file["rewards"] = np.ones(401, np.float32)
        file["terminals"], file["timeouts"] = np.zeros(401, bool), np.zeros(401, bool)
    observations = data[:ROWS] * 1.1
    normal = torch.tensor(normalizer.normalize(observations), dtype=torch.float32)
    expected = {"observations": observations, "mean": normalizer.mean, "std": normalizer.std}

    q, value = randomised(IDQLQNet(O, A, hidden_dim=7)), randomised(IDQLVNet(O, hidden_dim=7))
    target = randomised(copy.deepcopy(q))
    torch.save({"iql_q": q.state_dict(), "iql_q_target": target.state_dict(), "iql_v": value.state_dict()},
               GOLDEN / "iql_ckpt.pt")
    for name, kind, steps in [("ckpt", IDQLMlp, 5), ("new_ckpt", NewIDQLMlp, 12)]:
        actor = agent(kind, steps)
        actor.save(GOLDEN / f"diffusion_{name}.pt")
        noise = torch.randn(ROWS, CANDIDATES, A)
        z = torch.randn(ROWS, steps, CANDIDATES, A)
        with torch.no_grad():
            tiled, actions = sample(actor, normal, steps, noise, z)
            heads = torch.stack(target.both(tiled, actions), -1).view(ROWS, CANDIDATES, 2)
            advantage = (target(tiled, actions) - value(tiled)).view(-1, CANDIDATES, 1)
            weights = torch.softmax(advantage * SCALE, 1).squeeze(-1)
        expected |= {
            f"{name}.noise_init": noise, f"{name}.noise_z": z, f"{name}.weights": weights,
            f"{name}.candidates": actions.view(ROWS, CANDIDATES, A), f"{name}.q": heads.permute(0, 2, 1)}
    with torch.no_grad():
        expected["v"] = value(normal).squeeze(-1)
    arrays = {name: np.ascontiguousarray(array) for name, array in expected.items()}
    save_file(arrays, GOLDEN / "expected.safetensors")
    (TESTS / "DatasetsTests/Golden/moments.json").write_text(json.dumps(moments()) + "\n")
    for path in GOLDEN.iterdir():
        path.chmod(0o644)


main()
