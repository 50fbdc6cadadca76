"""Fits another program's t-SNE to rows of float32 and writes the map beside them.

python fitTsne.py openTSNE|scikit-learn POINTS.f32 ROWS DIMS MAP.f32 THREADS
Rows of more than 50 numbers are brought to 50 principal components first, which counts.
prints {"seconds": ..., "version": ...}
"""

import json
import sys
import time

import numpy as np


def main() -> None:
    program, points, rows, dims, out, threads = sys.argv[1:7]
    x = np.fromfile(points, dtype="<f4").reshape(int(rows), int(dims))
    fit, version = prepare(program, int(threads))
    began = time.perf_counter()
    if x.shape[1] > 50:
        from sklearn.decomposition import PCA

        x = PCA(n_components=50, svd_solver="randomized", random_state=1).fit_transform(x)
    embedding = fit(x)
    seconds = time.perf_counter() - began
    np.asarray(embedding, dtype="<f4").tofile(out)
    print(json.dumps({"seconds": seconds, "version": version}))


def prepare(program, threads):
    """Imports count for nobody."""
    if program == "openTSNE":
        import openTSNE

        tsne = openTSNE.TSNE(negative_gradient_method="fft", n_jobs=threads, random_state=1)
        return tsne.fit, openTSNE.__version__
    import sklearn
    from sklearn.manifold import TSNE

    return TSNE(method="barnes_hut", n_jobs=threads, random_state=1).fit_transform, sklearn.__version__


main()
