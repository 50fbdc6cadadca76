"""Writes tests/fixtures/evaluation.json: figures of small made-up evaluations by scikit-learn and SciPy.

Run with scikit-learn 1.9 and SciPy 1.17:  python tests/reference/makeEvaluationFixture.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest, norm
from scipy.stats import t as student
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    cohen_kappa_score,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
)

warnings.filterwarnings("ignore")
OUT = Path(__file__).resolve().parents[1] / "fixtures" / "evaluation.json"


def wilson(k, n):
    if n == 0:
        return None
    ci = binomtest(int(k), int(n)).proportion_ci(0.95, method="wilson")
    return [ci.low, ci.high]


def ece(p, y, bins=15):
    """Mean over images of |accuracy - confidence| in bins (lower, upper]."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    total = 0.0
    for i in range(bins):
        inside = (confidence > i / bins) & (confidence <= (i + 1) / bins)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return total


def calibration(logits, y, temperature):
    k = logits.shape[1]
    p = softmax(logits / temperature, axis=1)
    by_sklearn = log_loss(y, p, labels=range(k))
    direct = -log_softmax(logits / temperature, axis=1)[np.arange(len(y)), y].mean()
    assert abs(by_sklearn - direct) < 1e-9
    one_hot = np.eye(k)[y]
    brier = brier_score_loss(one_hot if k == 2 else y, p, labels=None if k == 2 else range(k), scale_by_half=False)
    assert abs(brier - ((p - one_hot) ** 2).sum(axis=1).mean()) < 1e-12
    return {"ece": ece(p, y), "brier": brier, "logLoss": direct}


def fit_temperature(logits, y):
    def nll(log_t):
        return -log_softmax(logits / np.exp(log_t), axis=1)[np.arange(len(y)), y].mean()

    best = minimize_scalar(nll, bounds=(np.log(0.1), np.log(10)), method="bounded", options={"xatol": 1e-12})
    return {"temperature": float(np.exp(best.x)), "logLoss": float(best.fun)}


def group_bootstrap(right, y, groups, rng, resamples=20000):
    """Expanded percentiles (Hesterberg 2015) of figures over resampled groups."""
    names = np.unique(groups)
    rows = [np.flatnonzero(groups == name) for name in names]
    accuracy, balanced = [], []
    for _ in range(resamples):
        drawn = np.concatenate([rows[i] for i in rng.integers(len(names), size=len(names))])
        accuracy.append(right[drawn].mean())
        balanced.append(np.mean([right[drawn][y[drawn] == c].mean() for c in np.unique(y[drawn])]))
    n = len(names)
    tail = 100 * norm.sf(student.ppf(0.975, n - 1) * np.sqrt(n / (n - 1)))
    return {
        "accuracy": np.percentile(accuracy, [tail, 100 - tail]).tolist(),
        "balancedAccuracy": np.percentile(balanced, [tail, 100 - tail]).tolist(),
    }


def case(name, logits, y, temperature, groups=None, rng=None):
    k = logits.shape[1]
    predicted = logits.argmax(axis=1)
    matrix = confusion_matrix(y, predicted, labels=range(k))
    precision, recall, f1, support = precision_recall_fscore_support(y, predicted, labels=range(k), zero_division=0)
    kappa = cohen_kappa_score(y, predicted)
    right = predicted == y
    return {
        "name": name,
        "k": k,
        "logits": logits.ravel().tolist(),
        "labels": y.tolist(),
        "temperature": temperature,
        "groups": None if groups is None else groups.tolist(),
        "confusion": matrix.tolist(),
        "accuracy": accuracy_score(y, predicted),
        "wilson": wilson(right.sum(), len(y)),
        "balancedAccuracy": balanced_accuracy_score(y, predicted),
        "macroF1": f1_score(y, predicted, average="macro", zero_division=0),
        "kappa": None if np.isnan(kappa) else kappa,
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "precisionWilson": [wilson(matrix[c, c], matrix[:, c].sum()) for c in range(k)],
        "recallWilson": [wilson(matrix[c, c], matrix[c].sum()) for c in range(k)],
        "before": calibration(logits, y, 1),
        "after": calibration(logits, y, temperature),
        "fit": fit_temperature(logits, y),
        "bootstrap": None if groups is None else group_bootstrap(right, y, groups, rng),
    }


def draw_logits(rng, y, k, pull, spread, size=1.0):
    return np.round(size * (rng.normal(0, spread, (len(y), k)) + pull * np.eye(k)[y]), 3)


def make_cases():
    rng = np.random.default_rng(20260301)
    y = rng.integers(4, size=150)
    yield case("overconfident, four classes", draw_logits(rng, y, 4, 1.5, 1, size=2.5), y, 1.87)

    y = rng.choice(5, size=90, p=[0.7, 0.2, 0.1, 0, 0])
    logits = draw_logits(rng, y, 5, 2, 1)
    logits[:, 2] -= 20  # has images, never predicted
    logits[:, 4] -= 20  # has no images, never predicted
    yield case("an empty class, a never-predicted class, one that is neither", logits, y, 0.8)

    groups = rng.integers(24, size=160)
    y = (groups + rng.integers(2, size=160)) % 3
    shift = np.repeat(rng.normal(0, 1.2, 24)[:, None], 3, axis=1)
    yield case("groups that differ", draw_logits(rng, y, 3, 1.4, 1) + (shift[groups] * np.eye(3)[y]).round(3), y, 1.3, groups, rng)

    y = rng.integers(2, size=40)
    yield case("two classes, all right", draw_logits(rng, y, 2, 9, 0.5), y, 2.0)

    y = np.ones(12, dtype=int)
    yield case("one class in truth and prediction", draw_logits(rng, y, 3, 9, 0.5), y, 1.0)


def expanded_tails():
    """The tail that is cut off on either side, by number of units."""
    units = [2, 3, 4, 6, 10, 11, 12, 15, 40, 200]
    return [[n, norm.sf(student.ppf(0.975, n - 1) * np.sqrt(n / (n - 1)))] for n in units]


def logistic_regression():
    rng = np.random.default_rng(7)
    x = np.round(rng.normal(size=(60, 4)), 3)
    y = (x @ rng.normal(size=(4, 3)) + rng.normal(size=(60, 3))).argmax(axis=1)
    model = LogisticRegression(C=0.5, tol=1e-12, max_iter=10000).fit(x, y)
    return {
        "C": 0.5,
        "features": x.ravel().tolist(),
        "labels": y.tolist(),
        "coefficients": model.coef_.ravel().tolist(),
        "intercepts": (model.intercept_ - model.intercept_.mean()).tolist(),
    }


if __name__ == "__main__":
    fixture = {
        "cases": list(make_cases()),
        "logisticRegression": logistic_regression(),
        "expandedTails": expanded_tails(),
    }
    OUT.write_text(json.dumps(fixture) + "\n")
