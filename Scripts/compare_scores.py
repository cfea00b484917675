#!/usr/bin/env python3
"""Scores policies in our simulator and lays the returns beside those recorded from real MuJoCo.

    python3 Scripts/compare_scores.py RECORDINGS [NAME ...] [--episodes 50] [--plot Docs/scores.svg]

RECORDINGS holds the policies (`NAME.safetensors`, `idql/NAME.safetensors`) and what Gymnasium with MuJoCo
4.0.0 gave for them (`policy_eval/NAME.safetensors`, `idql_eval/NAME_N64.safetensors`: `returns`,
`lengths`). Prints both means and the 95 % interval (Welch) of their difference; a policy passes if that
interval holds zero. Needs numpy, scipy and safetensors.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from safetensors.numpy import load_file
from scipy import stats

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROBOTS = {"hopper": "Hopper-v4", "walker2d": "Walker2d-v4", "halfcheetah": "HalfCheetah-v4", "ant": "Ant-v4"}
# D4RL's return of a random and of an expert policy, and a colour
SCALES = {
    "hopper": (-20.272305, 3234.3, "#0072b2"),
    "walker2d": (1.629008, 4592.3, "#d55e00"),
    "halfcheetah": (-280.178953, 12135.0, "#009e73"),
    "ant": (-325.6, 3879.7, "#cc79a7"),
}


def interval(a, b):
    """95 % interval of mean(a) - mean(b)."""
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    width = np.sqrt(va + vb)
    freedom = (va + vb) ** 2 / max(1e-300, va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    reach = stats.t.ppf(0.975, freedom) * width
    return a.mean() - b.mean() - reach, a.mean() - b.mean() + reach


def evaluate(idql, policy, environment, episodes, seed, extra):
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "result.json"
        command = [idql, "eval", "--env", environment, "--policy", policy, "--json", result]
        command += ["--episodes", str(episodes), "--seed", str(seed), *extra]
        subprocess.run(command, check=True, capture_output=True)
        return np.array([e["return"] for e in json.loads(result.read_text())["episodes"]])


def draw(rows, path):
    """Ours over MuJoCo's normalised scores, with 95 % intervals of both means; equal is the diagonal."""
    size, margin, top = 560, 64, 140
    place = lambda score: margin + (size - 2 * margin) * score / top
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222">',
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
    ]
    for tick in range(0, top + 1, 20):
        at = place(tick)
        parts.append(f'<path d="M{at:.1f} {margin}V{size - margin}M{margin} {size - at:.1f}H{size - margin}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{at:.1f}" y="{size - margin + 20}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{margin - 10}" y="{size - at + 4:.1f}" text-anchor="end">{tick}</text>')
    parts.append(f'<path d="M{place(0)} {size - place(0)}L{place(top)} {size - place(top)}" stroke="#999" stroke-dasharray="5 4"/>')
    for robot, ours, theirs, is_idql in rows:
        low, high, color = SCALES[robot]
        (x, ex), (y, ey) = [
            (100 * (r.mean() - low) / (high - low),
             100 * stats.t.ppf(0.975, len(r) - 1) * stats.sem(r) / (high - low)) for r in (theirs, ours)
        ]
        px, py, dx, dy = place(x), size - place(y), place(ex) - place(0), place(ey) - place(0)
        parts.append(f'<path d="M{px - dx:.1f} {py:.1f}h{2 * dx:.1f}M{px:.1f} {py - dy:.1f}v{2 * dy:.1f}" stroke="{color}" stroke-width="1.5" opacity="0.7"/>')
        shape = f'<path d="M{px:.1f} {py - 7:.1f}l7 7l-7 7l-7 -7z"' if is_idql else f'<circle cx="{px:.1f}" cy="{py:.1f}" r="5"'
        parts.append(f'{shape} fill="{color}" stroke="#fff"/>')
    for line, robot in enumerate(SCALES):
        y = margin + 22 + 20 * line
        parts.append(f'<circle cx="{margin + 18}" cy="{y - 4}" r="5" fill="{SCALES[robot][2]}"/><text x="{margin + 30}" y="{y}">{ROBOTS[robot]}</text>')
    y = margin + 22 + 20 * len(SCALES)
    parts.append(f'<path d="M{margin + 18} {y - 11}l7 7l-7 7l-7 -7z" fill="#666"/><text x="{margin + 30}" y="{y}">IDQL agent</text>')
    parts.append(f'<text x="{size / 2}" y="{size - 16}" text-anchor="middle">normalised score in MuJoCo 4.0.0 with Gymnasium</text>')
    parts.append(f'<text transform="translate(18 {size / 2})rotate(-90)" text-anchor="middle">normalised score in idql</text>')
    parts.append(f'<text x="{size / 2}" y="36" text-anchor="middle" font-size="16" font-weight="bold">The same policies, the same scores</text></svg>')
    path.write_text("\n".join(parts) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--episodes", type=int, help="default: as many as were recorded")
    parser.add_argument("--idql", default=ROOT / ".build" / "release" / "idql")
    parser.add_argument("--plot", type=pathlib.Path, help="draw the scores into this SVG file")
    options = parser.parse_args()

    files = sorted(options.recordings.glob("policy_eval/*.safetensors"))
    files += sorted(options.recordings.glob("idql_eval/*.safetensors"))
    failures, rows = 0, []
    print("| policy | MuJoCo 4.0.0 | n | idql | n | 95 % interval of the difference | |\n|---|---|---|---|---|---|---|")
    for file in files:
        name, _, count = file.stem.partition("_N")
        policy = options.recordings / ("idql" if count else "") / f"{name}.safetensors"
        robot = name.split("_")[0]
        if robot not in ROBOTS or (options.names and file.stem not in options.names) or not policy.exists():
            continue
        extra, seed = (["--candidates", count], 2000) if count else ([], 1000)
        theirs = load_file(file)["returns"].astype(float)
        episodes = options.episodes or len(theirs)
        ours = evaluate(options.idql, policy, ROBOTS[robot], episodes, seed, extra)
        rows.append((robot, ours, theirs, bool(count)))
        low, high = interval(ours, theirs)
        passes = low <= 0 <= high
        failures += not passes
        print(
            f"| {file.stem} | {theirs.mean():.1f} ± {theirs.std(ddof=1):.1f} | {len(theirs)} "
            f"| {ours.mean():.1f} ± {ours.std(ddof=1):.1f} | {len(ours)} | [{low:.1f}, {high:.1f}] "
            f"| {'pass' if passes else 'FAIL'} |",
            flush=True,
        )
    if options.plot:
        draw(rows, options.plot)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
