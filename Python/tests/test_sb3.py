"""Stable-Baselines3's vector environment, beside its own of single environments."""

import numpy as np
import pytest

pytest.importorskip("stable_baselines3")
gymnasium = pytest.importorskip("gymnasium")

import idql
from idql.sb3 import SB3VecEnv
from stable_baselines3 import PPO, SAC
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

LIMIT = 20


@pytest.mark.parametrize("id", ["Hopper-v5", "Humanoid-v5", "PointMaze_UMaze-v3", "antmaze-medium-navigate-v0"])
def test_many_step_as_its_own_would(id):
    """Over ends that are forced by a short limit: observations to the bit, infos with the last of each episode."""
    count = 3
    theirs = DummyVecEnv([lambda: Monitor(gymnasium.make(f"idql/{id}", max_episode_steps=LIMIT))] * count)
    ours = SB3VecEnv(id, count, max_episode_steps=LIMIT)
    assert theirs.observation_space == ours.observation_space and theirs.action_space == ours.action_space

    def same(a, b):
        if isinstance(a, dict):
            return set(a) == set(b) and all(np.array_equal(a[key], b[key]) for key in a)
        return np.array_equal(a, b)

    theirs.seed(4), ours.seed(4)
    assert same(theirs.reset(), ours.reset())
    generator = np.random.default_rng(0)
    ends = 0
    for _ in range(2 * LIMIT + 1):
        actions = generator.uniform(-0.4, 0.4, (count, *ours.action_space.shape)).astype(np.float32)
        a, rewards_a, ends_a, infos_a = theirs.step(actions)
        b, rewards_b, ends_b, infos_b = ours.step(actions)
        assert same(a, b) and np.array_equal(rewards_a, rewards_b) and np.array_equal(ends_a, ends_b)
        ends += ends_b.sum()
        for one, other in zip(infos_a, infos_b):
            last, other_last = one.pop("terminal_observation", None), other.pop("terminal_observation", None)
            assert (last is None) == (other_last is None) and (last is None or same(last, other_last))
            episode, other_episode = one.pop("episode", None), other.pop("episode", None)
            assert (episode is None) == (other_episode is None)
            if episode:
                # theirs is rounded to six digits, and has seconds
                assert episode["l"] == other_episode["l"] and abs(episode["r"] - other_episode["r"]) < 1e-6
            # of every step theirs tells that it did not end
            assert one.pop("TimeLimit.truncated") == other.pop("TimeLimit.truncated", False)
            assert set(one) == set(other) and all(np.array_equal(one[key], other[key]) for key in one)
    assert ends >= 2 * count


def test_its_checker_accepts_single_environments():
    check_env(gymnasium.make("idql/Hopper-v5"), warn=False)


@pytest.mark.parametrize("learner, settings", [(SAC, dict(learning_starts=64)), (PPO, dict(n_steps=64, batch_size=64))])
def test_it_is_trained_on(learner, settings):
    model = learner("MlpPolicy", SB3VecEnv("HalfCheetah-v5", 2, seed=0), seed=0, device="cpu", **settings)
    before = [parameter.detach().clone() for parameter in model.policy.parameters()]
    model.learn(256)
    changed = [not (a == b).all() for a, b in zip(before, model.policy.parameters())]
    assert any(changed) and all(parameter.isfinite().all() for parameter in model.policy.parameters())
    actions, _ = model.predict(np.zeros((5, 17)), deterministic=True)
    assert actions.shape == (5, 6)


def test_single_environments_cannot_be_reached():
    env = SB3VecEnv("Hopper-v5", 2)
    with pytest.raises(idql.Error, match="cannot be called on each"):
        env.env_method("step")
    with pytest.raises(idql.Error, match="attributes cannot be set"):
        env.set_attr("a", 1)
