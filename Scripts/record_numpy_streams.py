"""Records draws of numpy.random.Generator for Tests/RandomTests.

Run with NumPy 2.4.6:
  python Scripts/record_numpy_streams.py > Tests/RandomTests/Golden/numpy_streams.json

A digest is the sum of bits[i] * (2 i + 1) modulo 2**64, with the raw bits of the i-th draw.
"""

import json

import numpy as np

SEEDS = [0, 1, 42, 12345, 2**32 - 1, 2**32, 0x9E3779B97F4A7C15, 2**64 - 1]
SPAWN_KEYS = [[], [0], [7], [2**32 - 1], [3, 1]]
BOUNDS = [1, 2, 3, 10, 64, 1000, 2**31 + 1, 2**32 - 1, 2**32, 2**32 + 1, 2**62 + 12345, 2**63 - 1]
DRAWS = 1_000_000


def generator(seed, spawn_key=()):
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(spawn_key)))


def digest(values):
    bits = np.ascontiguousarray(values).view({4: np.uint32, 8: np.uint64}[values.itemsize])
    weights = 2 * np.arange(bits.size, dtype=np.uint64) + np.uint64(1)
    return str(int((bits.astype(np.uint64) * weights).sum(dtype=np.uint64)))


def single(values):
    return [int(bits) for bits in np.asarray(values, np.float32).view(np.uint32)]


def stream(seed, spawn_key):
    def fresh():
        return generator(seed, spawn_key)

    mixed = fresh()
    state = mixed.bit_generator.state
    return {
        "seed": str(seed),
        "spawnKey": spawn_key,
        "words": [str(w) for w in fresh().bit_generator.random_raw(6)],
        "random": list(fresh().random(6)),
        "randomFloatBits": single(fresh().random(6, dtype=np.float32)),
        "uniform": list(fresh().uniform(-0.005, 0.005, 6)),
        "normal": list(fresh().standard_normal(12)),
        "normalFloatBits": single(fresh().standard_normal(12, dtype=np.float32)),
        "integers": [[int(g.integers(b)) for _ in range(4)] for b in BOUNDS for g in [fresh()]],
        "permutation": [int(i) for i in fresh().permutation(12)],
        "choice": [int(g.choice(4, p=[0.1, 0.2, 0.3, 0.4])) for g in [fresh()] for _ in range(12)],
        "state": {"state": str(state["state"]["state"]), "inc": str(state["state"]["inc"])},
        # 32-bit draws take halves of 64-bit words, and keep the other half across 64-bit draws
        "mixed": [
            v
            for _ in range(5)
            for v in (
                float(mixed.random(dtype=np.float32)),
                mixed.random(),
                float(mixed.integers(10)),
                mixed.standard_normal(),
                float(mixed.standard_normal(dtype=np.float32)),
                float(mixed.integers(0, 2**32, dtype=np.uint32)),
                float(mixed.integers(0, 2**32, dtype=np.uint32)),
            )
        ],
    }


def long_run(seed):
    return {
        "seed": str(seed),
        "random": digest(generator(seed).random(DRAWS)),
        "randomFloat": digest(generator(seed).random(DRAWS, dtype=np.float32)),
        "normal": digest(generator(seed).standard_normal(DRAWS)),
        "normalFloat": digest(generator(seed).standard_normal(DRAWS, dtype=np.float32)),
        "below1000": digest(generator(seed).integers(1000, size=DRAWS)),
        "below3e9": digest(generator(seed).integers(3_000_000_000, size=DRAWS)),
        "below2to62": digest(generator(seed).integers(2**62 + 12345, size=DRAWS)),
        "permutation": digest(generator(seed).permutation(DRAWS)),
    }


def sequence(entropy, spawn_key):
    words = np.random.SeedSequence(entropy, spawn_key=tuple(spawn_key)).generate_state(5, np.uint64)
    return {
        "entropy": [str(e) for e in entropy],
        "spawnKey": spawn_key,
        "state": [str(w) for w in words],
    }


print(
    json.dumps(
        {
            "reference": f"numpy {np.__version__}, Scripts/record_numpy_streams.py",
            "bounds": [str(b) for b in BOUNDS],
            "draws": DRAWS,
            "streams": [
                stream(seed, key)
                for seed in SEEDS
                for key in (SPAWN_KEYS if seed < 2**33 else [[], [5]])
            ],
            "longRuns": [long_run(s) for s in (0, 2026, 2**64 - 1)],
            "sequences": [
                sequence(entropy, key)
                for entropy in (
                    [], [0], [5], [2**40], [1, 2, 3], [1, 2, 3, 4, 5, 6], [5, 0, 1], [2**64 - 1, 7]
                )
                for key in ([], [0], [1, 2**32 - 1])
            ],
        },
        separators=(",", ":"),
    )
)
