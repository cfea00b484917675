"""Records what rliable, SciPy and statsmodels say about runs, pairs and rates, for Tests/EvaluationTests.

    pip install rliable scipy statsmodels
    python Scripts/record_run_statistics.py > Tests/EvaluationTests/Golden/run_statistics.json

rliable draws its resamples from NumPy's global generator; here that is replaced by PCG64, whose indices are
those of `NumPyGenerator.integer(below:)`, so that its intervals can be compared to rounding.
"""

import json
from importlib.metadata import version

import numpy as np
from rliable import library, metrics
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

SEED = 11
RESAMPLES = 1000


def drawing_from(generator):
    """Makes rliable draw its indices from `generator`."""
    np.random.choice = lambda count, shape, replace: generator.integers(count, size=shape)


def intervals(scores, function):
    drawing_from(np.random.default_rng(SEED))
    points, bounds = library.get_interval_estimates({"x": scores}, function, reps=RESAMPLES)
    return np.atleast_1d(points["x"]).tolist(), np.asarray(bounds["x"]).T.tolist()


generator = np.random.default_rng(5)
# runs x tasks: Gaussian, heavy-tailed, of whole numbers with many ties, of successes only
matrices = {
    "gaussian": generator.normal(70, 15, (5, 9)),
    "heavy": generator.standard_t(1.5, (10, 4)) * 10 + 50,
    "whole": generator.integers(0, 4, (6, 3)).astype(float),
    "shifted": generator.integers(1, 5, (4, 3)).astype(float),
    "rates": generator.integers(0, 2, (8, 6)).astype(float),
    "pair": generator.normal(0, 1, (2, 1)),
}
thresholds = [-1.0, 0.0, 0.5, 1.0, 2.0, 50.0, 70.0, 90.0]
aggregates = []
profiles = []
for name, scores in matrices.items():
    points, bounds = intervals(
        scores,
        lambda x: np.array(
            [metrics.aggregate_iqm(x), metrics.aggregate_mean(x), metrics.aggregate_median(x)]
        ),
    )
    aggregates.append(
        {"name": name, "tasks": scores.T.tolist(), "values": points, "intervals": bounds}
    )
    drawing_from(np.random.default_rng(SEED))
    profile, bands = library.create_performance_profile(
        {"x": scores}, np.array(thresholds), reps=RESAMPLES
    )
    profiles.append(
        {"name": name, "values": profile["x"].tolist(), "intervals": bands["x"].T.tolist()}
    )

improvements = []
for first, second in [("whole", "shifted"), ("shifted", "whole"), ("rates", "rates")]:
    x, y = matrices[first], matrices[second]
    # rliable takes equal arrays for a tie of all tasks, and its bootstrap needs arrays of one name each
    drawing_from(np.random.default_rng(SEED))
    points, bounds = library.get_interval_estimates(
        {"x": [x, y]},
        lambda a, b: np.array([metrics.probability_of_improvement(a, b)]),
        reps=RESAMPLES,
    )
    improvements.append(
        {
            "first": first,
            "second": second,
            "value": float(points["x"][0]),
            "interval": np.asarray(bounds["x"])[:, 0].tolist(),
        }
    )

discordant = [
    {"won": b, "lost": c, "p": float(mcnemar([[20, b], [c, 9]], exact=True).pvalue)}
    for b, c in [(0, 1), (0, 6), (3, 3), (5, 1), (1, 12), (40, 22), (300, 251)]
]
holm = []
for values in [[0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.01], [0.2], [0.04, 0.04, 0.9, 0.6, 0.001]]:
    adjusted = multipletests(values, method="holm")[1]
    holm.append({"p": values, "adjusted": adjusted.tolist()})

flips = []
for values in [
    [1.5, -0.25, 2.0, 3.0, -1.0],
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    [0.0, 2.0, 0.0, -1.0, 4.0],
    [0.5, -0.5],
    generator.normal(0.7, 1, 12).tolist(),
]:
    test = stats.permutation_test(
        (np.array(values),), np.sum, permutation_type="samples", n_resamples=np.inf
    )
    flips.append({"differences": values, "p": float(test.pvalue)})

rates = []
for successes, count in [(0, 4), (4, 4), (1, 4), (19, 20), (20, 20), (97, 100), (50, 100), (3, 1000)]:
    for confidence in (0.95, 0.975):
        test = stats.binomtest(successes, count)
        exact = test.proportion_ci(confidence, method="exact")
        rates.append(
            {
                "successes": successes,
                "count": count,
                "confidence": confidence,
                "exact": [exact.low, exact.high],
            }
        )


def hedged(values, alpha=0.05, grid=1000):
    """The hedged capital sequence of Waudby-Smith and Ramdas (2024), section 4.4, computed anew for every length."""
    bounds = []
    x = np.array(values)
    means = np.arange(grid + 1) / grid
    inside = np.ones(grid + 1, bool)
    for length in range(1, len(x) + 1):
        seen = x[:length]
        t = np.arange(1, length + 1)
        mu = (0.5 + np.cumsum(seen)) / (t + 1)
        variance = (0.25 + np.cumsum((seen - mu) ** 2)) / (t + 1)
        before = np.concatenate(([0.25], variance[:-1]))
        bet = np.sqrt(2 * np.log(2 / alpha) / (before * t * np.log(1 + t)))
        with np.errstate(divide="ignore"):
            up = np.minimum(bet[:, None], 0.5 / means[None, :])
            down = np.minimum(bet[:, None], 0.5 / (1 - means[None, :]))
        gain = seen[:, None] - means[None, :]
        capital = np.maximum(
            0.5 * np.prod(1 + up * gain, axis=0), 0.5 * np.prod(1 - down * gain, axis=0)
        )
        inside &= capital < 1 / alpha
        kept = np.flatnonzero(inside)
        bounds.append([max(kept[0] - 1, 0) / grid, min(kept[-1] + 1, grid) / grid])
    return bounds


sequences = [
    {"name": name, "values": values, "intervals": hedged(values)}
    for name, values in [
        ("beta", generator.beta(8, 2, 60).tolist()),
        ("successes", (generator.random(80) < 0.9).astype(float).tolist()),
        ("certain", [1.0] * 40),
        ("never", [0.0] * 40),
    ]
]

print(
    json.dumps(
        {
            "made_by": "Scripts/record_run_statistics.py, "
            + ", ".join(f"{name} {version(name)}" for name in ("rliable", "arch", "numpy", "scipy", "statsmodels")),
            "seed": SEED,
            "resamples": RESAMPLES,
            "thresholds": thresholds,
            "aggregates": aggregates,
            "profiles": profiles,
            "improvements": improvements,
            "mcnemar": discordant,
            "holm": holm,
            "sign_flips": flips,
            "rates": rates,
            "sequences": sequences,
        },
        indent=1,
    )
)
