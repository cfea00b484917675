"""Records what NumPy and SciPy say about a few samples, for Tests/EvaluationTests.

    python Scripts/record_statistics.py > Tests/EvaluationTests/Golden/statistics.json
"""

import json

import numpy as np
import scipy
from scipy import stats

SEED = 7
RESAMPLES = 2000


def describe(name, values):
    values = np.array(values, dtype=float)
    ordered = np.sort(values)
    generator = np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=(2**32 - 1,)))
    resampled = ordered[generator.integers(len(values), size=(RESAMPLES, len(values)))]
    means = resampled.mean(axis=1)
    iqms = stats.trim_mean(resampled, 0.25, axis=1)
    error = stats.sem(values)
    return {
        "name": name,
        "values": values.tolist(),
        "mean": values.mean(),
        "variance": values.var(ddof=1),
        "standard_error": error,
        "median": np.median(values),
        "iqm": stats.trim_mean(values, 0.25),
        "quantiles": {str(p): np.quantile(values, p) for p in (0.0, 0.025, 0.3, 0.9, 1.0)},
        "student_95": list(stats.t.interval(0.95, len(values) - 1, values.mean(), error)),
        "mean_bootstrap_95": np.quantile(means, [0.025, 0.975]).tolist(),
        "iqm_bootstrap_95": np.quantile(iqms, [0.025, 0.975]).tolist(),
    }


generator = np.random.default_rng(0)
samples = [
    describe("two", [1.5, -2.0]),
    describe("three", [3.0, 1.0, 2.0]),
    describe("seven", [10.0, 12.5, -3.0, 0.25, 7.0, 7.0, 100.0]),
    describe("twenty", generator.normal(1780, 927, 20)),
    describe("fifty", generator.gamma(2.0, 300.0, 50)),
]
welch = []
for first, second in [("two", "three"), ("seven", "twenty"), ("twenty", "fifty"), ("fifty", "seven")]:
    a = next(s["values"] for s in samples if s["name"] == first)
    b = next(s["values"] for s in samples if s["name"] == second)
    interval = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    welch.append({"first": first, "second": second, "interval": [interval.low, interval.high]})
quantiles = [
    {"p": p, "df": df, "t": stats.t.ppf(p, df)}
    for df in (1.0, 1.7, 2.0, 5.0, 19.0, 49.0, 1000.0, 1e6)
    for p in (0.025, 0.5, 0.6, 0.975, 0.9995)
]

print(
    json.dumps(
        {
            "made_by": f"Scripts/record_statistics.py, NumPy {np.__version__}, SciPy {scipy.__version__}",
            "seed": SEED,
            "resamples": RESAMPLES,
            "samples": samples,
            "welch": welch,
            "student_t_quantiles": quantiles,
        },
        indent=1,
    )
)
