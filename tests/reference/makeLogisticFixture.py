"""Writes tests/fixtures/logistic.json: probabilities of scikit-learn's LogisticRegression on made-up features.

Run with scikit-learn 1.9:  python tests/reference/makeLogisticFixture.py
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

OUT = Path(__file__).resolve().parents[1] / "fixtures" / "logistic.json"
TRAIN, TEST, INPUTS = 90, 20, 8
SHARES = [0.62, 0.26, 0.12]

random = np.random.default_rng(7)
labels = random.choice(3, size=TRAIN + TEST, p=SHARES)
centres = random.normal(size=(3, INPUTS))
# Features of very different sizes and offsets, correlated, one of them constant.
mixing = random.normal(size=(INPUTS, INPUTS)) * 0.4 + np.eye(INPUTS)
features = (centres[labels] * 0.7 + random.normal(size=(TRAIN + TEST, INPUTS))) @ mixing
features = features * np.geomspace(0.01, 100, INPUTS) + np.linspace(-30, 30, INPUTS)
features[:, 3] = 0.25
features = features.astype(np.float32).round(5).astype(np.float32)

train, test = features[:TRAIN].astype(float), features[TRAIN:].astype(float)
mean, spread = train.mean(axis=0), train.std(axis=0)
spread[spread == 0] = 1
cases = []
for strength in [0.01, 0.3, 10]:
    for weights in ["none", "balanced"]:
        model = LogisticRegression(
            C=strength,
            class_weight=None if weights == "none" else "balanced",
            tol=1e-10,
            max_iter=100_000,
        )
        model.fit((train - mean) / spread, labels[:TRAIN])
        cases.append(
            {
                "strength": strength,
                "classWeights": weights,
                "probabilities": model.predict_proba((test - mean) / spread).round(7).ravel().tolist(),
            }
        )

OUT.write_text(
    json.dumps(
        {
            "madeWith": f"scikit-learn {sklearn.__version__}",
            "train": TRAIN,
            "inputs": INPUTS,
            "classes": 3,
            "labels": labels.tolist(),
            "features": [round(float(value), 5) for value in features.ravel()],
            "cases": cases,
        }
    )
    + "\n"
)
