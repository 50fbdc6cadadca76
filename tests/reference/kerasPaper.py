"""The paper's protocol for MobileNetV2 as Keras runs it, for `npm run bench -- keras`.

Usage: python tests/reference/kerasPaper.py FOLDER [EPOCHS]
FOLDER has one folder for each class. Decodes every picture to 160 x 160, trains the paper's head through the frozen
network for EPOCHS (10) on 80 %, and tests on the rest. Prints
{"seconds": ..., "decode": ..., "fit": ..., "test": ..., "accuracy": ..., "images": ..., "keras": ..., "tensorflow": ...}.
`seconds` is decoding, fitting and testing, without starting Python and loading TensorFlow.

The weights of the network are random: the published ones cannot be fetched by a test that runs offline, and time does
not depend on them. Its accuracy therefore says nothing.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

SIDE = 160
folder = sys.argv[1]
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 10
keras.utils.set_random_seed(1)

began = time.perf_counter()
classes = sorted(name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name)))
pictures, labels = [], []
for label, name in enumerate(classes):
    for file in sorted(os.listdir(os.path.join(folder, name))):
        with Image.open(os.path.join(folder, name, file)) as picture:
            pictures.append(np.asarray(picture.convert("RGB").resize((SIDE, SIDE), Image.BILINEAR)))
        labels.append(label)
pixels = np.stack(pictures)
labels = np.asarray(labels)
order = np.random.default_rng(1).permutation(len(labels))
train, test = order[: len(order) * 4 // 5], order[len(order) * 4 // 5 :]
decode = time.perf_counter() - began

backbone = keras.applications.MobileNetV2(input_shape=(SIDE, SIDE, 3), include_top=False, weights=None)
backbone.trainable = False
image = keras.Input((SIDE, SIDE, 3))
x = keras.layers.Rescaling(1 / 127.5, offset=-1)(image)
x = keras.layers.GlobalAveragePooling2D()(backbone(x, training=False))
for units in (128, 64):
    x = keras.layers.BatchNormalization()(keras.layers.Dense(units, activation="relu")(x))
model = keras.Model(image, keras.layers.Dense(len(classes), activation="softmax")(x))
model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])


def batches(rows, shuffled):
    """Decoded once and held in memory: the fastest that Keras can be fed."""
    data = tf.data.Dataset.from_tensor_slices((pixels[rows], labels[rows]))
    if shuffled:
        data = data.shuffle(len(rows), seed=1)
    return data.batch(32).prefetch(tf.data.AUTOTUNE)


began = time.perf_counter()
model.fit(batches(train, True), epochs=epochs, verbose=0)
fit = time.perf_counter() - began
began = time.perf_counter()
accuracy = float(model.evaluate(batches(test, False), verbose=0)[1])
tested = time.perf_counter() - began
print(
    json.dumps(
        {
            **{"seconds": decode + fit + tested, "decode": decode, "fit": fit, "test": tested},
            **{"accuracy": accuracy, "images": len(labels)},
            **{"keras": keras.__version__, "tensorflow": tf.__version__},
        }
    )
)
