"""Environments beside Gymnasium's, and many beside one."""

import copy
import pickle
import threading
import warnings

import numpy as np
import pytest

gymnasium = pytest.importorskip("gymnasium")

import idql
from conftest import equal, one_of_each_kind
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import SyncVectorEnv
from idql.environments import Environment, VectorEnvironment


@pytest.mark.parametrize("id", one_of_each_kind())
def test_gymnasiums_checker_accepts_it(id):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # what Gymnasium says of unbounded observations is true of its own environments as well
        warnings.filterwarnings("ignore", message=".*Box observation space.*")
        warnings.filterwarnings("ignore", message=".*For Box action spaces.*")
        env = Environment(id)
        env.spec = gymnasium.spec(f"idql/{id}")
        check_env(env, skip_render_check=True)


@pytest.mark.parametrize("id", one_of_each_kind())
def test_many_step_as_one(id, autoreset_mode):
    """To the bit, with infos, over ends that are forced by a short limit."""
    count, limit = 4, 7
    options = dict(max_episode_steps=limit)
    one = SyncVectorEnv([lambda: Environment(id, **options)] * count, autoreset_mode=autoreset_mode)
    many = VectorEnvironment(id, count, workers=2, autoreset_mode=autoreset_mode, **options)
    assert one.observation_space == many.observation_space and one.action_space == many.action_space
    generator = np.random.default_rng(0)
    assert equal(one.reset(seed=7), many.reset(seed=7))
    ends = 0
    for _ in range(25):
        actions = generator.uniform(-1, 1, (count, many.single_action_space.shape[0])).astype(np.float32)
        expected, found = one.step(actions), many.step(actions)
        for a, b in zip(expected, found):
            assert equal(a, b)
        ended = expected[2] | expected[3]
        ends += ended.sum()
        if autoreset_mode == "Disabled" and ended.any():
            assert equal(
                one.reset(seed=3, options={"reset_mask": ended}), many.reset(seed=3, options={"reset_mask": ended})
            )
    assert ends >= 3 * count - 1


@pytest.mark.parametrize(
    "id",
    ["Hopper", "Walker2d", "HalfCheetah", "Ant", "Swimmer", "Reacher", "Pusher", "InvertedPendulum"]
    + ["InvertedDoublePendulum", "Humanoid", "HumanoidStandup"],
)
@pytest.mark.parametrize("version", [4, 5])
def test_it_equals_gymnasiums_own(id, version):
    mujoco = pytest.importorskip("mujoco")
    if (id, version) == ("Pusher", 4):
        pytest.skip("Gymnasium makes it beside MuJoCo 2 alone")
    name = f"{id}-v{version}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, ours = gymnasium.make(name), gymnasium.make(f"idql/{name}")
    assert theirs.observation_space == ours.observation_space and theirs.action_space == ours.action_space
    is_person = id.startswith("Humanoid")
    if is_person:
        # theirs are solved by PGS, which ends 1e-3 or so from the solution that ours and Newton's method find
        theirs.unwrapped.model.opt.solver = mujoco.mjtSolver.mjSOL_NEWTON
        theirs.unwrapped.model.opt.tolerance = 0
    a, info_a = theirs.reset(seed=11)
    b, info_b = ours.reset(seed=11)
    # the engines round differently
    np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)
    assert set(info_a) == set(info_b)
    generator = np.random.default_rng(2)
    for _ in range(10):
        # double precision: of a float32 action Gymnasium computes the cost in float32
        action = generator.uniform(ours.action_space.low, ours.action_space.high)
        a, reward_a, *ends_a, info_a = theirs.step(action)
        b, reward_b, *ends_b, info_b = ours.step(action)
        # persons observe forces of up to thousands of N: 1e-12 of the greatest
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12 * (max(1, np.abs(a).max()) if is_person else 1))
        assert abs(reward_a - reward_b) < 1e-12 and ends_a == ends_b
        assert set(info_a) == set(info_b)
        for key in info_a:
            # speeds are differences of places, divided by some hundredths of a second
            assert np.shape(info_a[key]) == np.shape(info_b[key]), key
            np.testing.assert_allclose(info_a[key], info_b[key], rtol=0, atol=1e-12, err_msg=key)


def test_it_is_made_through_gymnasium():
    envs = gymnasium.make_vec("idql/Hopper-v5", num_envs=3, vectorization_mode="vector_entry_point", workers=2)
    assert isinstance(envs, VectorEnvironment) and envs.num_envs == 3
    sync = gymnasium.make_vec("idql/Hopper-v5", num_envs=3, vectorization_mode="sync")
    assert equal(envs.reset(seed=1)[0], sync.reset(seed=1)[0])


def test_gymnasium_imports_the_module_that_an_id_names():
    import subprocess
    import sys

    code = "import gymnasium; print(gymnasium.make('idql:idql/Ant-v5').reset(seed=0)[0].shape)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout == "(105,)\n"


def test_workers_and_copies_change_nothing():
    one, other = VectorEnvironment("Ant-v5", 9, workers=1), VectorEnvironment("Ant-v5", 9, workers=3, copy=False)
    one.reset(seed=0), other.reset(seed=0)
    for _ in range(20):
        actions = one.action_space.sample()
        for a, b in zip(one.step(actions), other.step(actions)):
            assert equal(a, b)


@pytest.mark.parametrize("id", ["Ant-v5", "antmaze-medium-navigate-v0", "PointMaze_UMaze-v3"])
def test_a_pickle_continues_to_the_bit(id):
    env = Environment(id)
    env.reset(seed=4)
    for _ in range(3):
        env.step(env.action_space.sample())
    others = [pickle.loads(pickle.dumps(env)), copy.deepcopy(env)]
    action = np.full(env.action_space.shape, 0.3)
    for _ in range(5):
        expected = env.step(action)
        for other in others:
            assert equal(expected[0], other.step(action)[0])
    expected = env.reset()
    for other in others:
        assert equal(expected, other.reset())


def test_a_pickle_of_many_remembers_ended_episodes():
    envs = VectorEnvironment("HalfCheetah-v5", 3, max_episode_steps=4)
    envs.reset(seed=0)
    actions = np.zeros((3, 6))
    for _ in range(4):
        envs.step(actions)
    other = pickle.loads(pickle.dumps(envs))
    for _ in range(3):
        for a, b in zip(envs.step(actions), other.step(actions)):
            assert equal(a, b)


def test_ogbench_tells_goal_and_success():
    env = Environment("antmaze-medium-navigate-v0")
    _, info = env.reset(seed=0, options={"task_id": 2})
    assert info["goal"].shape == (29,)
    *_, info = env.step(np.zeros(8))
    assert info["success"] == 0.0 and isinstance(info["success"], float)
    with pytest.raises(idql.Error, match="has the tasks 1 to 5, not 6"):
        env.reset(seed=0, options={"task_id": 6})


def test_robotics_observes_dictionaries():
    env = Environment("PointMaze_UMaze-v3")
    observation, _ = env.reset(seed=0)
    assert set(observation) == {"observation", "achieved_goal", "desired_goal"}
    assert env.observation_space.contains(observation)
    *_, info = env.step(np.zeros(2))
    assert info["success"] is False


def test_unseeded_environments_differ():
    assert not equal(Environment("Hopper-v5").reset()[0], Environment("Hopper-v5").reset()[0])


def test_an_own_limit_truncates():
    env = Environment("HalfCheetah-v5", max_episode_steps=3)
    env.reset(seed=0)
    assert [env.step(np.zeros(6))[3] for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize(
    "action, words",
    [
        (np.zeros(4), r"must have the shape \(3,\), not \(4,\)"),
        (0.0, r"must have the shape \(3,\), not \(\)"),
        (np.zeros(3, complex), "must be real numbers, not complex128"),
        (["a", "b", "c"], "must be real numbers"),
        (np.array([0, np.nan, 0]), "action 1 of environment 0 is nan"),
        (np.array([np.inf, 0, 0]), "action 0 of environment 0 is inf"),
        (None, "must have the shape"),
    ],
)
def test_a_wrong_action_is_refused(action, words):
    env = Environment("Hopper-v5")
    env.reset(seed=0)
    with pytest.raises(idql.Error, match=words):
        env.step(action)


@pytest.mark.parametrize(
    "options, words",
    [
        (dict(env_id="Hoper-v5"), "No environment is named 'Hoper-v5'"),
        (dict(physics="mujoco5"), "no physics is named 'mujoco5'"),
        (dict(render_mode="human"), "render_mode must be None or 'rgb_array'"),
        (dict(max_episode_steps=0), "'step_limit' must be a whole number from 1"),
        (dict(goal_seed=-1), "a seed must be from 0"),
        (dict(env_id="Hopper\0-v5"), "must be a text"),
        (dict(env_id=5), "must be a text"),
        (dict(success_timing="pre"), "has no choice of success timing"),
    ],
)
def test_a_wrong_option_is_refused(options, words):
    with pytest.raises(idql.Error, match=words):
        Environment(**options)


def test_a_closed_environment_is_refused():
    for env, action in ((Environment(), np.zeros(3)), (VectorEnvironment(), np.zeros((1, 3)))):
        env.reset(seed=0)
        env.close()
        env.close()
        with pytest.raises(idql.ClosedError, match="is closed"):
            env.step(action)
        with pytest.raises(idql.ClosedError):
            pickle.dumps(env)


def test_two_threads_are_told_apart():
    envs = VectorEnvironment("Ant-v5", 64)
    envs.reset(seed=0)
    actions = np.zeros((64, 8))
    refused = []

    def steps():
        for _ in range(30):
            try:
                envs.step(actions)
            except idql.BusyError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=steps) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("another thread is using this object" in text for text in refused)
    envs.step(actions)


def test_a_fork_goes_on():
    import os

    envs = VectorEnvironment("Hopper-v5", 6, workers=2)
    envs.reset(seed=0)
    actions = np.full((6, 3), 0.1)
    envs.step(actions)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, envs.step(actions)[0].tobytes())
        finally:
            os._exit(0)
    expected = envs.step(actions)[0].tobytes()
    assert os.read(read, len(expected)) == expected
    assert os.waitpid(child, 0)[1] == 0


def test_asynchronous_environments_work():
    envs = gymnasium.make_vec("idql/Hopper-v5", num_envs=2, vectorization_mode="async")
    try:
        sync = gymnasium.make_vec("idql/Hopper-v5", num_envs=2, vectorization_mode="sync")
        assert equal(envs.reset(seed=3)[0], sync.reset(seed=3)[0])
        actions = np.zeros((2, 3))
        assert equal(envs.step(actions)[0], sync.step(actions)[0])
    finally:
        envs.close()


def test_pictures_show_the_present_state():
    env = Environment("Hopper-v5", render_mode="rgb_array", width=96, height=64)
    env.reset(seed=0)
    try:
        first = env.render()
    except idql.Error as error:
        assert "OpenGL" in str(error)
        pytest.skip("there is no OpenGL here")
    assert first.shape == (64, 96, 3) and first.dtype == np.uint8 and first.std() > 0
    for _ in range(15):
        env.step(np.ones(3))
    assert (env.render() != first).any()
