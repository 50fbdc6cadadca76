"""Makes tests/fixtures/resize.json: what Pillow's Image.resize(BILINEAR) gives for seeded pictures.

    python -m venv venv && venv/bin/pip install "pillow<13" numpy
    venv/bin/python tests/reference/makeResizeFixture.py

Pillow 13 chooses the order of the passes by cost; the studio keeps the order that every Pillow before had.
"""

import base64
import hashlib
import json
import pathlib

import numpy as np
import PIL
from PIL import Image

# width, height, out width, out height: enlarging, shrinking, odd ratios, one axis only, slivers
CASES = [
    (64, 64, 160, 160),
    (150, 150, 160, 160),
    (224, 224, 160, 160),
    (160, 160, 160, 160),
    (300, 160, 160, 160),
    (160, 77, 160, 160),
    (97, 31, 160, 96),
    (1, 1, 160, 160),
    (1, 700, 32, 32),
    (700, 1, 32, 32),
    (2, 3, 7, 5),
    (1000, 667, 224, 224),
    (641, 1283, 96, 128),
]


def picture(width: int, height: int) -> np.ndarray:
    """The same pixels as `seededPicture` of tests/unit/resize.test.ts: a 32-bit LCG, high byte of each step."""
    count = width * height * 3
    values = np.empty(count, np.uint8)
    state = (width * 65537 + height) & 0xFFFFFFFF
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[i] = state >> 24
    return values.reshape(height, width, 3)


cases = []
for width, height, out_width, out_height in CASES:
    source = Image.fromarray(picture(width, height))
    result = np.asarray(source.resize((out_width, out_height), Image.Resampling.BILINEAR))
    case = {
        "size": [width, height, out_width, out_height],
        "sha256": hashlib.sha256(result.tobytes()).hexdigest(),
    }
    if out_width * out_height <= 64:
        case["pixels"] = base64.b64encode(result.tobytes()).decode()
    cases.append(case)

target = pathlib.Path(__file__).parent.parent / "fixtures" / "resize.json"
target.write_text(json.dumps({"pillow": PIL.__version__, "cases": cases}, indent=2) + "\n")
