"""Evaluations that are kept in a folder."""

import json

import numpy as np
import pytest

import idql

ENVS = ["hopper-medium-v2", "walker2d-medium-v2"]
SETTINGS = dict(envs=ENVS, seeds=[0, 1], episodes=2)


class Idle:
    """Counts how often it is asked."""

    def __init__(self):
        self.calls = 0

    def __call__(self, observations):
        self.calls += 1
        return np.zeros((len(observations), 3 if observations.shape[1] == 11 else 6))


def episodes(results):
    return {name: [report.episodes for report in reports] for name, reports in results.items()}


def test_shards_give_what_one_run_gives(tmp_path):
    whole = idql.evaluate_all({"a": Idle(), "b": Idle()}, **SETTINGS)
    sizes = []
    for index in range(3):
        part = idql.evaluate_all({"a": Idle(), "b": Idle()}, folder=tmp_path / "e7", shard=(index, 3), **SETTINGS)
        sizes.append(sum(map(len, part.values())))
    assert sorted(sizes) == [2, 3, 3]
    policies = {"a": Idle(), "b": Idle()}
    merged = idql.evaluate_all(policies, folder=tmp_path / "e7", **SETTINGS)
    assert episodes(merged) == episodes(whole)
    assert all(policy.calls == 0 for policy in policies.values())
    assert [report.provenance["policy"]["file"] for report in merged["b"]] == ["b"] * 4
    # the program reads the reports
    table = idql.run("table", *sorted((tmp_path / "e7/reports").glob("*.json")), capture_output=True, text=True)
    assert table.returncode == 0 and ENVS[1] in table.stdout, table.stderr


def test_what_was_played_before_an_interruption_is_kept(tmp_path):
    policy = Idle()

    def stop(finished, episodes, steps):
        if len(list((tmp_path / "reports").glob("*.json"))) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        idql.evaluate_all({"a": policy}, folder=tmp_path, progress=stop, **SETTINGS)
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == ["0.json", "1.json"]
    assert episodes(idql.evaluate_all({"a": policy}, folder=tmp_path, **SETTINGS)) == episodes(
        idql.evaluate_all({"a": policy}, **SETTINGS)
    )


def test_another_study_is_refused(tmp_path):
    idql.evaluate_all({"a": Idle()}, folder=tmp_path, **SETTINGS)
    for changed, words in [
        (dict(episodes=3), "options are {'episodes': 2}, not {'episodes': 3}"),
        (dict(seeds=[0]), r"seeds are \[0, 1\], not \[0\]"),
        (dict(envs=ENVS[:1]), "environments are"),
        (dict(shard=(3, 3)), r"shard must be \(i, n\)"),
    ]:
        with pytest.raises(idql.Error, match=words):
            idql.evaluate_all({"a": Idle()}, folder=tmp_path, **{**SETTINGS, **changed})
    with pytest.raises(idql.Error, match="policies are"):
        idql.evaluate_all({"b": Idle()}, folder=tmp_path, **SETTINGS)
    with pytest.raises(idql.Error, match="policies are"):
        idql.evaluate_all({"a": idql.bundled_policy()}, folder=tmp_path, **SETTINGS)
    plan = json.loads((tmp_path / "plan.json").read_text())
    plan["library"]["version"] = "0"
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(idql.Error, match="library are .* not"):
        idql.evaluate_all({"a": Idle()}, folder=tmp_path, **SETTINGS)
    (tmp_path / "plan.json").write_text("[]")
    with pytest.raises(idql.Error, match="is not the plan of a study"):
        idql.evaluate_all({"a": Idle()}, folder=tmp_path, **SETTINGS)
