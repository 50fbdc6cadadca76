"""Fits openTSNE (FFT, two threads, its defaults) to rows of float32 and writes the map beside them.

python fitOpenTsne.py POINTS.f32 ROWS DIMS MAP.f32 THREADS
prints {"seconds": of fit alone, "kl": as openTSNE reckons it, "version": ...}
"""

import json
import sys
import time

import numpy as np
import openTSNE


def main() -> None:
    points, rows, dims, out, threads = sys.argv[1:6]
    x = np.fromfile(points, dtype="<f4").reshape(int(rows), int(dims)).astype(np.float64)
    tsne = openTSNE.TSNE(negative_gradient_method="fft", n_jobs=int(threads), random_state=1)
    began = time.perf_counter()
    embedding = tsne.fit(x)
    seconds = time.perf_counter() - began
    np.asarray(embedding, dtype="<f4").tofile(out)
    print(json.dumps({"seconds": seconds, "kl": embedding.kl_divergence, "version": openTSNE.__version__}))


main()
