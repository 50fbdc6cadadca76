"""What scikit-learn says of a small map; printed as JSON, kept in tests/fixtures/map.json.

python makeMapFixture.py > ../fixtures/map.json
"""

import json

import numpy as np
import sklearn
from scipy.spatial.distance import squareform
from sklearn.decomposition import PCA
from sklearn.manifold import _t_sne, trustworthiness
from sklearn.metrics import pairwise_distances, silhouette_samples
from sklearn.neighbors import NearestNeighbors

ROWS, DIMS, PERPLEXITY = 61, 8, 20


def main() -> None:
    rng = np.random.default_rng(5)
    clusters = np.arange(ROWS) % 3
    points = (rng.normal(size=(ROWS, DIMS)) * np.linspace(2, 0.2, DIMS) + 3 * clusters[:, None] * (np.arange(DIMS) < 2)).astype("f4")
    positions = (points[:, :2] * 0.7 + rng.normal(size=(ROWS, 2))).astype("f4")
    x, y = points.astype(float), positions.astype(float)
    pca = PCA(n_components=3, svd_solver="full").fit(x)
    # With a perplexity of a third of the others, three times as many neighbours are all of them.
    p = _t_sne._joint_probabilities(pairwise_distances(x, squared=True).astype("f4"), PERPLEXITY, 0)
    kl, gradient = _t_sne._kl_divergence(y.ravel(), p, 1, ROWS, 2)
    near = lambda values: NearestNeighbors(n_neighbors=10).fit(values).kneighbors(return_distance=False)
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(near(x), near(y))])
    silhouettes = silhouette_samples(x, clusters)
    print(
        json.dumps(
            {
                "made": f"scikit-learn {sklearn.__version__}, tests/reference/makeMapFixture.py",
                "dims": DIMS,
                "perplexity": PERPLEXITY,
                "points": [round(float(v), 7) for v in points.ravel()],
                "positions": [round(float(v), 7) for v in positions.ravel()],
                "variances": pca.explained_variance_.tolist(),
                "directions": pca.components_.tolist(),
                "joint": squareform(p).ravel().tolist(),
                "kl": float(kl),
                # scikit-learn's has the factor of 4 of the derivation.
                "gradient": (gradient / 4).tolist(),
                "trustworthiness10": float(trustworthiness(x, y, n_neighbors=10)),
                "recall10": float(recall),
                "clusters": clusters.tolist(),
                "silhouettes": [float(silhouettes[clusters == c].mean()) for c in range(3)],
            }
        )
    )


main()
