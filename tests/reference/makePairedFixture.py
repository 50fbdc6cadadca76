"""Reference values for comparisons of two classifiers on the same images.

McNemar: statsmodels' exact test. Interval: Newcombe (1998) method 10, written here from the paper with
statsmodels' Wilson intervals. Paired cluster bootstrap: numpy, 40,000 resamples.
Run: python3 tests/reference/makePairedFixture.py > tests/fixtures/paired.json  (numpy, statsmodels)
"""

import json
import math

import numpy as np
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint


def newcombe(e, f, g, h):
    n = e + f + g + h
    p1, p2 = (e + f) / n, (e + g) / n
    l1, u1 = proportion_confint(e + f, n, method="wilson")
    l2, u2 = proportion_confint(e + g, n, method="wilson")
    denominator = (e + f) * (g + h) * (e + g) * (f + h)
    numerator = e * h - f * g
    if numerator > 0:
        numerator = max(numerator - n / 2, 0)
    phi = 0 if denominator == 0 else numerator / math.sqrt(denominator)
    theta = p2 - p1
    low = theta - math.sqrt((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2)
    high = theta + math.sqrt((u2 - p2) ** 2 - 2 * phi * (u2 - p2) * (p1 - l1) + (p1 - l1) ** 2)
    return [low, high]


tables = [
    [12, 9, 2, 21], [36, 12, 2, 0], [1, 1, 97, 1], [0, 0, 0, 54], [900, 20, 38, 42], [50, 0, 0, 0],
    [7000, 310, 402, 2288], [3, 1, 0, 2], [90_000, 3_000, 3_400, 3_600],
]
cases = [
    {
        "counts": table,
        "mcnemar": float(mcnemar([[table[0], table[1]], [table[2], table[3]]], exact=True).pvalue),
        "interval": newcombe(*table),
    }
    for table in tables
]

random = np.random.default_rng(5)
groups = 40
sizes = random.integers(5, 40, groups)
units = np.repeat(np.arange(groups), sizes)
ease = random.normal(1.5, 0.8, groups)[units]
lead = random.normal(0.5, 0.6, groups)[units]
first = (random.random(len(units)) < 1 / (1 + np.exp(-ease))).astype(int)
second = (random.random(len(units)) < 1 / (1 + np.exp(-ease - lead))).astype(int)
gain = np.bincount(units, weights=second - first)
draws = random.integers(0, groups, (40_000, groups))
values = gain[draws].sum(axis=1) / sizes[draws].sum(axis=1)
print(
    json.dumps(
        {
            "cases": cases,
            "grouped": {
                "units": units.tolist(),
                "first": first.tolist(),
                "second": second.tolist(),
                "difference": float((second - first).mean()),
                "spread": float(values.std()),
            },
        }
    )
)
