"""The module d4rl on this engine; needs gym of its time."""

import subprocess
import sys

import numpy as np
import pytest

gym = pytest.importorskip("gym")
if tuple(map(int, gym.__version__.split(".")[:2])) >= (0, 26):
    pytest.skip("gym of D4RL's time has no version like this one", allow_module_level=True)
h5py = pytest.importorskip("h5py")

import idql.d4rl as d4rl
from idql._crowd import DISABLED, Crowd


def plain_qlearning_dataset(env, dataset, terminate_on_end):
    """As D4RL 1.1 computes it, row by row."""
    rows = []
    step = 0
    for i in range(len(dataset["rewards"]) - 1):
        if "timeouts" in dataset:
            final = dataset["timeouts"][i]
        else:
            final = step == env._max_episode_steps - 1
        done = bool(dataset["terminals"][i])
        if not terminate_on_end and final:
            step = 0
            continue
        if done or final:
            step = 0
        rows.append(
            (
                dataset["observations"][i],
                dataset["actions"][i],
                dataset["observations"][i + 1],
                dataset["rewards"][i],
                done,
            )
        )
        step += 1
    names = ("observations", "actions", "next_observations", "rewards", "terminals")
    return {name: np.array(column) for name, column in zip(names, zip(*rows))}


@pytest.fixture
def dataset():
    generator = np.random.default_rng(0)
    count = 3500
    terminals = generator.random(count) < 0.001
    timeouts = np.zeros(count, bool)
    timeouts[999::1000] = True
    return {
        "observations": generator.normal(size=(count, 11)).astype(np.float32),
        "actions": generator.uniform(-1, 1, (count, 3)).astype(np.float32),
        "rewards": generator.normal(size=count).astype(np.float32),
        "terminals": terminals,
        "timeouts": timeouts,
    }


def test_the_time_limit_is_gyms():
    env = gym.make("hopper-medium-v2")
    env.seed(3)
    observation = env.reset()
    crowd = Crowd("hopper-medium-v2")
    crowd.reset([3])
    assert (observation == crowd.state.observations[0]).all()
    assert env._max_episode_steps == 1000
    action = np.array([0.1, -0.2, 0.3], np.float32)
    for _ in range(20):
        observation, reward, done, info = env.step(action)
        crowd.actions[0] = action
        crowd.step(DISABLED)
        assert (observation == crowd.state.observations[0]).all() and reward == crowd.rewards[0]
        assert done == crowd.terminated[0]
        if done:
            break
    cheetah = gym.make("halfcheetah-medium-v2")
    cheetah.reset()
    for step in range(1000):
        *_, done, info = cheetah.step(np.zeros(6))
    assert done and step == 999 and info["TimeLimit.truncated"] is True


def test_scores_are_not_times_100():
    low, high = d4rl.infos.REF_MIN_SCORE["hopper-medium-v2"], d4rl.infos.REF_MAX_SCORE["hopper-medium-v2"]
    assert (low, high) == (-20.272305, 3234.3)
    assert d4rl.get_normalized_score("hopper-medium-v2", high) == 1
    assert gym.make("hopper-medium-v2").get_normalized_score(low) == 0
    assert d4rl.reverse_normalized_score("hopper-medium-v2", 0.5) == pytest.approx((low + high) / 2)


@pytest.mark.parametrize("has_timeouts", [True, False])
@pytest.mark.parametrize("terminate_on_end", [True, False])
def test_transitions_are_d4rls(dataset, has_timeouts, terminate_on_end):
    if not has_timeouts:
        del dataset["timeouts"]
    env = gym.make("hopper-medium-v2")
    expected = plain_qlearning_dataset(env, dataset, terminate_on_end)
    found = d4rl.qlearning_dataset(env, dataset, terminate_on_end)
    assert set(expected) == set(found)
    for name in expected:
        assert expected[name].dtype == found[name].dtype and (expected[name] == found[name]).all(), name


@pytest.mark.parametrize("name", ["hopper-medium-v2.hdf5", "hopper_medium-v2.hdf5"])
def test_data_is_read_from_a_folder(dataset, name, tmp_path, monkeypatch):
    with h5py.File(tmp_path / name, "w") as file:
        for key, value in dataset.items():
            file[key] = value[:, None] if key in ("rewards", "terminals") else value
        file["metadata/algorithm"] = "none"
    monkeypatch.setattr(d4rl.offline_env, "DATASET_PATH", str(tmp_path))
    env = gym.make("hopper-medium-v2")
    data = env.get_dataset()
    assert data["rewards"].shape == (3500,) and (data["observations"] == dataset["observations"]).all()
    assert sum(len(part["rewards"]) for part in d4rl.sequence_dataset(env)) <= 3500
    with pytest.raises(FileNotFoundError, match="none of .*walker2d_medium-v2.hdf5"):
        gym.make("walker2d-medium-v2").get_dataset()
    with pytest.raises(ValueError, match="'observations' has the shape"):
        gym.make("walker2d-medium-v2").get_dataset(str(tmp_path / name))


def test_a_script_runs_unchanged(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, gym, d4rl\n"
        "from d4rl.offline_env import OfflineEnv\n"
        "env = gym.make('antmaze-umaze-v2')\n"
        "assert isinstance(env.unwrapped, OfflineEnv)\n"
        "print(env.reset().shape, d4rl.infos.REF_MAX_SCORE['antmaze-umaze-v2'], sys.argv[1:])\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "idql.d4rl", str(script), "a", "b"], capture_output=True, text=True, check=True
    )
    assert run.stdout == "(29,) 1.0 ['a', 'b']\n"
