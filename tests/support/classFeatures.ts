import { prepareGraph } from '../../src/main/core/features/prepareGraph.ts';
import { IngestPool } from '../../src/main/core/images/ingestPool.ts';
import { scanFolder, type ScannedFile } from '../../src/main/core/images/scanFolder.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import { DEFAULT_RESOLUTION, type BackboneName } from '../../src/shared/backbones.ts';

/** Features of labelled images, `[n, inputs] float32`, before any split. */
export interface ClassFeatures {
  readonly features: Float32Array;
  readonly inputs: number;
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
}

/**
 * Features of the pictures below a folder whose subfolders are classes, as an import computes them; of each
 * class the first `perClass` pictures.
 */
export async function computeClassFeatures(
  folder: string,
  backbone: BackboneName,
  perClass = Infinity,
): Promise<ClassFeatures> {
  const graph = await prepareGraph({ backbone, width: 1, resolution: DEFAULT_RESOLUTION });
  const files = await listByClass(folder, perClass);
  const pool = new IngestPool({ graph, wantsThumbnails: false });
  const found: { label: string; features: Float32Array }[] = [];
  try {
    await pool.ingest(files, { folder }, (results) => {
      for (const result of results) {
        if (result.outcome !== 'image' || result.features === null) continue;
        found.push({ label: classOf(result.path), features: result.features });
      }
    });
  } finally {
    await pool.close();
  }
  const classNames = [...new Set(found.map(({ label }) => label))].sort();
  const features = new Float32Array(found.length * graph.dims);
  found.forEach((each, i) => features.set(each.features, i * graph.dims));
  const labels = Int32Array.from(found, ({ label }) => classNames.indexOf(label));
  return { features, inputs: graph.dims, labels, classNames };
}

async function listByClass(folder: string, perClass: number): Promise<ScannedFile[]> {
  const files: ScannedFile[] = [];
  for await (const batch of scanFolder(folder, {})) files.push(...batch.files);
  const counts = new Map<string, number>();
  return files.filter((file) => {
    const count = (counts.get(classOf(file.path)) ?? 0) + 1;
    counts.set(classOf(file.path), count);
    return count <= perClass;
  });
}

function classOf(file: string): string {
  return file.split('/')[0] ?? '';
}

/**
 * Drawn stand-ins for the pooled features of a MobileNet: rectified, correlated by a few dozen hidden causes,
 * with classes that overlap so much that about one image in eight cannot be told.
 */
export function drawClassFeatures(images: number, inputs: number, classes: number, seed = 1): ClassFeatures {
  const random = createRandom(seed);
  const causes = 48;
  const normals = (count: number, scale: number) =>
    Float32Array.from({ length: count }, () => random.normal() * scale);
  const mixing = normals(causes * inputs, 1 / Math.sqrt(causes));
  const centres = normals(classes * causes, 0.33);
  const features = new Float32Array(images * inputs);
  const labels = Int32Array.from({ length: images }, (_, i) => i % classes);
  for (let i = 0; i < images; i++) {
    const cause = normals(causes, 1).map((value, c) => value + centres[labels[i]! * causes + c]!);
    for (let j = 0; j < inputs; j++) {
      let sum = 0.2 + 0.2 * (random.next() - 0.5);
      for (let c = 0; c < causes; c++) sum += cause[c]! * mixing[c * inputs + j]!;
      features[i * inputs + j] = Math.min(6, Math.max(0, sum));
    }
  }
  return { features, inputs, labels, classNames: Array.from({ length: classes }, (_, k) => `class ${k}`) };
}
