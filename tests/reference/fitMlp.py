"""Times scikit-learn's MLPClassifier of the paper's sizes, for `npm run bench -- training`.

Usage: python tests/reference/fitMlp.py FEATURES.f32 LABELS.i32 INPUTS TRAIN EPOCHS BATCH
The first TRAIN rows are learnt from, the others tested on. Prints {"seconds": …, "accuracy": …}.
It has no batch norm, so its steps are cheaper than those of the paper's head.
"""

import json
import sys
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

features_file, labels_file = sys.argv[1:3]
inputs, train, epochs, batch = map(int, sys.argv[3:7])
features = np.fromfile(features_file, dtype=np.float32).reshape(-1, inputs)
labels = np.fromfile(labels_file, dtype=np.int32)

model = MLPClassifier(
    hidden_layer_sizes=(128, 64),
    solver="adam",
    learning_rate_init=1e-3,
    alpha=0,
    batch_size=batch,
    max_iter=epochs,
    # All epochs, as the paper's head takes them.
    tol=0,
    n_iter_no_change=epochs + 1,
    random_state=1,
)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)
    began = time.perf_counter()
    model.fit(features[:train], labels[:train])
    seconds = time.perf_counter() - began
accuracy = model.score(features[train:], labels[train:])
print(json.dumps({"seconds": seconds, "accuracy": accuracy, "epochs": model.n_iter_}))
