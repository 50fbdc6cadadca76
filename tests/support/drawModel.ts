import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeBackboneGraph } from '../../src/main/core/features/writeBackboneGraph.ts';
import { openExtractor } from '../../src/main/core/features/extractor.ts';
import { readLayersModel } from '../../src/main/core/features/readLayersModel.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import { predictProbabilities } from '../../src/main/core/training/head.ts';
import type { Head } from '../../src/main/core/training/head.ts';

/** Numbers around `middle` that are the same in every run. */
function drawNumbers(count: number, seed: number, scale: number, middle = 0): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => middle + (random.next() - 0.5) * 2 * scale);
}

/** The paper's head over `inputs` features with drawn weights. */
export function drawHead(inputs: number, classes: number): Head {
  const norm = (units: number) => ({
    kind: 'batch_norm' as const,
    units,
    gamma: drawNumbers(units, 11, 0.2, 1),
    beta: drawNumbers(units, 12, 0.2),
    mean: drawNumbers(units, 13, 0.2),
    variance: drawNumbers(units, 14, 0.3, 1),
    epsilon: 1e-3,
  });
  const dense = (from: number, units: number, activation: 'relu' | 'linear') => ({
    kind: 'dense' as const,
    inputs: from,
    units,
    kernel: drawNumbers(from * units, units, 3 / Math.sqrt(from)),
    bias: drawNumbers(units, 15, 0.1),
    activation,
  });
  return {
    inputs,
    classes,
    layers: [
      dense(inputs, 128, 'relu'),
      norm(128),
      dense(128, 64, 'relu'),
      norm(64),
      dense(64, classes, 'linear'),
    ],
  };
}

/**
 * What the studio says of pictures `[n, side, side, 3]` uint8: its own ONNX graph of the backbone in
 * `backboneFolder` (written into `workFolder`), then the head. Returns `[n, classes]`.
 */
export async function askStudio(
  backboneFolder: string,
  workFolder: string,
  side: number,
  model: { head: Head; temperature: number },
  pixels: readonly Uint8Array[],
): Promise<Float32Array[]> {
  const backbone = await readLayersModel(backboneFolder);
  const graphPath = path.join(workFolder, 'graph.onnx');
  await writeFile(graphPath, writeBackboneGraph(backbone, side));
  const extractor = await openExtractor({ graphPath, side, dims: backbone.dims });
  try {
    const said: Float32Array[] = [];
    for (const picture of pixels) {
      const features = await extractor.extract(picture, 1);
      said.push(predictProbabilities(model.head, model.temperature, features, 1));
    }
    return said;
  } finally {
    await extractor.close();
  }
}
