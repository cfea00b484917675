"""Evaluations, policies, comparisons and tables."""

import json
import signal

import numpy as np
import pytest

import idql


@pytest.fixture(scope="module")
def policy():
    return idql.load_policy(idql.bundled_policy(), candidates=2)


def idle(observations):
    return np.zeros((len(observations), 3))


def test_a_policy_in_python_has_the_episodes_of_its_file(policy):
    """The same streams of noise, the same actions: the loop that evaluate runs, written out."""
    env = "hopper-medium-expert-v2"
    report = idql.evaluate(policy, env, episodes=2, seed=5)
    from idql._crowd import DISABLED, Crowd

    crowd = Crowd(env, 2)
    crowd.reset([5, 6])
    noise, done, returns, lengths = idql.Noise(5, 2), np.zeros(2, bool), np.zeros(2), np.zeros(2, int)
    while not done.all():
        decision = policy.act(crowd.state.observations, noise=noise, steps=lengths)
        crowd.actions[:] = decision.actions
        crowd.step(DISABLED)
        returns += np.where(done, 0, crowd.rewards)
        lengths += ~done
        done |= crowd.terminated | crowd.truncated
    assert [e["return"] for e in report.episodes] == returns.tolist()
    assert [e["length"] for e in report.episodes] == lengths.tolist()


def test_a_callable_is_scored_in_any_batch():
    reports = [idql.evaluate(idle, "hopper-medium-v2", episodes=7, batch=batch) for batch in (1, 3, 256)]
    assert reports[0].episodes == reports[1].episodes == reports[2].episodes
    report = reports[0]
    assert report.provenance["policy"]["file"] == "idle" and not report.is_partial
    assert report.mean_return == pytest.approx(np.mean([e["return"] for e in report.episodes]))
    low, high = idql.describe("hopper-medium-v2")["reference"]
    assert report.mean_score == pytest.approx(100 * (report.mean_return - low) / (high - low))
    assert "interquartile mean" in str(report) and str(report.provenance["seed"]) in str(report)
    assert "<pre>" in report._repr_html_()


def test_threads_change_nothing_of_a_callable():
    one, two = (idql.evaluate(idle, "hopper-medium-v2", episodes=6, workers=w, batch=2) for w in (1, 2))
    assert one.episodes == two.episodes


def test_the_goal_stands_behind_the_observation():
    seen = []

    def look(observations):
        seen.append(observations.shape)
        raise StopIteration

    with pytest.raises(StopIteration):
        idql.evaluate(look, "antmaze-medium-navigate-v0", episodes=1)
    assert seen == [(5, 58)]


@pytest.mark.parametrize(
    "wrong, error, words",
    [
        (lambda o: np.zeros((len(o), 2)), idql.Error, r"must have the shape \(3, 3\), not \(3, 2\)"),
        (lambda o: "left", idql.Error, "must have the shape"),
        (lambda o: np.full((len(o), 3), np.nan), idql.Error, "action 0 of row 0 is nan"),
        (lambda o: [[1j] * 3] * len(o), idql.Error, "must be real numbers, not complex128"),
        (lambda o: 1 / 0, ZeroDivisionError, "division by zero"),
        (lambda o: None, idql.Error, "must have the shape"),
    ],
)
def test_what_a_callable_does_wrong_is_raised(wrong, error, words):
    with pytest.raises(error, match=words):
        idql.evaluate(wrong, "hopper-medium-v2", episodes=3)


@pytest.mark.parametrize(
    "options, words",
    [
        (dict(env="hoper-medium-v2"), "No environment is named"),
        (dict(env="hopper-medium-v2", episodes=0), "'episodes' must be a whole number from 1"),
        (dict(env="hopper-medium-v2", seed=-1), "a seed must be from 0"),
        (dict(env="hopper-medium-v2", seed=2**64 - 1, episodes=2), "leaves no room"),
        (dict(env="hopper-medium-v2", workers=1.5), "'workers' must be a whole number"),
        (dict(env="hopper-medium-v2", framework="numpy"), "framework must be None"),
        (dict(env="hopper-medium-v2", physics="real"), "no physics is named"),
    ],
)
def test_a_wrong_option_is_refused(options, words):
    with pytest.raises(idql.Error, match=words):
        idql.evaluate(idle, **options)


def test_an_interrupt_keeps_what_has_finished():
    # ignored by programs that a script started in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def progress(finished, episodes, steps):
        if finished >= 2:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as caught:
        idql.evaluate(idle, "hopper-medium-v2", episodes=50, batch=2, progress=progress)
    report = caught.value.report
    assert report.is_partial and 2 <= len(report.episodes) < 50 and "PARTIAL" in str(report)


def test_progress_is_told():
    told = []
    idql.evaluate(idle, "hopper-medium-v2", episodes=3, progress=lambda *state: told.append(state))
    assert told[-1][:2] == (3, 3) and all(a[2] <= b[2] for a, b in zip(told, told[1:]))


def test_a_decision_has_what_it_chose_among(policy):
    observations = np.random.default_rng(0).normal(size=(4, 11)).astype(np.float32)
    decision = policy.act(observations, candidates=8, noise=idql.Noise(1, 4))
    assert decision.candidates.shape == (4, 8, 3) and decision.values.shape == (4,)
    assert decision.q.shape[0] == 4 and decision.q.shape[2] == 8
    smallest = decision.q.min(axis=1)
    assert (decision.chosen == smallest.argmax(axis=1)).all()
    rows = np.arange(4)
    assert (decision.actions == decision.candidates[rows, decision.chosen]).all()
    single = policy.act(observations[0], candidates=8, noise=idql.Noise(1, 1))
    assert (single.candidates == decision.candidates[0]).all() and single.actions.shape == (3,)
    assert policy(observations).shape == (4, 3) and policy(observations[0]).shape == (3,)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda p: p.act(np.zeros((2, 10))), "2 rows of 10 numbers are no observations"),
        (lambda p: p.act(np.full(11, np.inf)), "number 0 of observation 0 is inf"),
        (lambda p: p.act(np.zeros((1, 1, 11))), "must be real numbers of shape"),
        (lambda p: p.act(np.zeros(11), candidates=0), "'candidates' must be a whole number from 1"),
        (lambda p: p.act(np.zeros(11), rule="best"), "'rule' must be one of argmax, implicit, softmax"),
        (lambda p: p.act(np.zeros(11), temperature=-1), "'temperature' must be a number from 0"),
        (lambda p: p.act(np.zeros((3, 11)), noise=idql.Noise(0, 2)), "3 rows need as many streams"),
        (lambda p: p.act(np.zeros(11), steps=[-1]), "cannot have taken -1 actions"),
        (lambda p: p.choosing(colour="red"), "'colour' is none of the settings"),
        (lambda p: idql.load_policy("nowhere.safetensors"), "nowhere.safetensors"),
        (lambda p: idql.load_policy(__file__), "test_evaluation.py"),
        (lambda p: idql.Noise(0, 0), "streams are 1 to"),
        (lambda p: idql.evaluate(p, "Ant-v5"), "the policy maps 11 observations to 3 actions"),
    ],
)
def test_a_wrong_call_of_a_policy_is_refused(policy, call, words):
    with pytest.raises(idql.Error, match=words):
        call(policy)


def test_results_are_compared_and_tabulated(policy, tmp_path):
    env = "hopper-medium-expert-v2"
    good = idql.evaluate(policy, env, episodes=6)
    bad = idql.evaluate(idle, env, episodes=6)
    good.save(tmp_path / "good.json")
    assert idql.Report.read(tmp_path / "good.json").episodes == good.episodes
    comparison = idql.compare(bad, tmp_path / "good.json")
    assert comparison.verdict == "worse" and "worse" in str(comparison)
    assert idql.compare(good, good).verdict in ("equivalent", "undecided")
    text = idql.table({"idql": [good], "idle": bad})
    assert "idle" in text and env in text
    assert json.loads(idql.table({"idql": good}, format="json"))["methods"] == ["idql"]
    with pytest.raises(idql.Error, match="'format' must be one of"):
        idql.table({"idql": good}, format="html")
    with pytest.raises(idql.Error, match="a result is a Report"):
        idql.compare(good, 5)


def test_every_policy_plays_everywhere():
    envs = ["hopper-medium-v2", "hopper-expert-v2"]
    results = idql.evaluate_all({"a": idle, "b": lambda o: o[:, :3]}, envs, seeds=[0, 1], episodes=2)
    assert [len(reports) for reports in results.values()] == [4, 4]
    assert results["a"][1].episodes == idql.evaluate(idle, envs[0], seed=1, episodes=2).episodes
    assert all(env in idql.table({"a": results["a"][::2], "b": results["b"][::2]}) for env in envs)


def test_a_report_becomes_a_table_of_pandas():
    pytest.importorskip("pandas")
    frame = idql.evaluate(idle, "hopper-medium-v2", episodes=3).to_pandas()
    assert len(frame) == 3 and {"return", "length", "score", "seed"} <= set(frame.columns)


def test_torch_goes_in_and_out():
    torch = pytest.importorskip("torch")
    layer = torch.nn.Linear(11, 3)
    report = idql.evaluate(lambda o: torch.tanh(layer(o)), "hopper-medium-v2", episodes=2, framework="torch")
    assert len(report.episodes) == 2


def test_the_program_gives_the_same_report(policy, tmp_path):
    idql.run(
        "eval", "--policy", idql.bundled_policy(), "--env", "hopper-medium-expert-v2", "--candidates", "2",
        "--episodes", "2", "--json", tmp_path / "report.json", "--quiet", capture_output=True, check=True,
    )  # fmt: skip
    theirs = idql.Report.read(tmp_path / "report.json")
    ours = idql.evaluate(policy, "hopper-medium-expert-v2", episodes=2)
    assert theirs.episodes == ours.episodes and theirs.summary == ours.summary
