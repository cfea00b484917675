#!/usr/bin/env python3
"""What --precision bf16 gains and costs: time of an action, and the score of the same episodes.

    swift build -c release --product idql
    python3 Benchmarks/compare_precision.py [ENVIRONMENT POLICY ...] [--episodes 100]

Times are `idql bench inference` in turns; the ratio is the median over the rounds. Episode i of both
evaluations has the same reset seed and the same noise; the change is the mean of the differences, its
interval 95 % by Student's t. Needs nothing but the standard library, and a processor that multiplies bfloat16.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUNDLED = ["hopper-medium-expert-v2", ROOT / "Sources/Evaluation/Resources/hopper-medium-expert.safetensors"]
PRECISIONS = ["float32", "bf16"]


def run(idql, *arguments):
    return subprocess.run([idql, *map(str, arguments)], capture_output=True, text=True, check=True).stdout


def student(freedom):
    """The 97.5 % point of Student's t (Abramowitz and Stegun 26.7.5), within 0.001 from 20 on."""
    z = 1.959964
    return (z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-N", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--idql", default=ROOT / ".build" / "release" / "idql")
    parser.add_argument("policies", nargs="*", default=BUNDLED, help="environment and policy, any number of pairs")
    options = parser.parse_args()

    print("| environment | policy | ms | ms in bf16 | ratio | score | score in bf16 | change |")
    print("|---|---|---|---|---|---|---|---|")
    for environment, policy in zip(options.policies[::2], options.policies[1::2], strict=True):
        times = {precision: [] for precision in PRECISIONS}
        for _ in range(options.rounds):
            for precision in PRECISIONS:
                out = run(options.idql, "bench", "inference", "--policy", policy, "-N", options.N, "--batch",
                          options.batch, "--precision", precision, "--seconds", 2, "--json", "-")
                times[precision].append(1000 * json.loads(out)["seconds_per_action"])
        scores = {}
        for precision in PRECISIONS:
            with tempfile.TemporaryDirectory() as folder:
                report = pathlib.Path(folder) / "report.json"
                run(options.idql, "eval", "--env", environment, "--policy", policy, "-N", options.N, "--episodes",
                    options.episodes, "--seed", options.seed, "--precision", precision, "--json", report)
                episodes = json.loads(report.read_text())["episodes"]
            scores[precision] = [episode["score"] for episode in episodes]
        exact, rounded = (scores[precision] for precision in PRECISIONS)
        changes = [b - a for a, b in zip(exact, rounded, strict=True)]
        reach = student(len(changes) - 1) * statistics.stdev(changes) / len(changes) ** 0.5
        change = statistics.mean(changes)
        ratio = statistics.median(a / b for a, b in zip(*times.values()))
        milliseconds = [statistics.median(times[precision]) for precision in PRECISIONS]
        print(
            f"| {environment} | {pathlib.Path(policy).stem} | {milliseconds[0]:.2f} | {milliseconds[1]:.2f} | {ratio:.2f}"
            f" | {statistics.mean(exact):.2f} | {statistics.mean(rounded):.2f}"
            f" | {change:+.2f} [{change - reach:+.2f}, {change + reach:+.2f}] |", flush=True)


if __name__ == "__main__":
    main()
