import type { Database } from 'better-sqlite3';
import type { BatchEffect } from '../../../shared/map.ts';
import { createRandom } from '../math/random.ts';
import { argMax } from '../math/softmax.ts';
import { predictOutOfFold } from '../quality/predictOutOfFold.ts';
import { takeRows, type FeatureSpace } from '../suggestions/featureSpace.ts';
import type { Tf } from '../training/engines.ts';

/** Whom the images of a map belong to; null where nobody knows. */
export interface Belongings {
  readonly kind: BatchEffect['kind'];
  /** `[n]` each */
  readonly values: readonly (string | null)[];
  /** Images of one unit are never on both sides of a fold: the groups within a root. */
  readonly units: readonly string[];
}

/** Images looked at; more change the accuracy by less than a point. */
const MOST_IMAGES = 5_000;
/** Of a group with fewer images nothing can be learnt. */
const FEWEST_EACH = 20;
/** The largest groups; telling hundreds of patients apart proves no more than telling thirty apart. */
const MOST_VALUES = 30;
/** From here on a model can follow the group nearly as well as the picture. */
const WARN_FROM = 0.4;

/** The groups and roots of images, and the class of each; in the order of the ids. */
export function readBelongings(
  db: Database,
  imageIds: Uint32Array,
): { readonly belongings: readonly Belongings[]; readonly classes: Int32Array } {
  const rows = db
    .prepare<[], { imageId: number; root: number; group: string | null; classId: number | null }>(
      `SELECT i.image_id AS imageId, i.root_id AS root, l.class_id AS classId,
         (SELECT min(f.group_name) FROM files f WHERE f.image_id = i.image_id) AS "group"
       FROM images i LEFT JOIN labels l USING (image_id)`,
    )
    .all();
  const byId = new Map(rows.map((row) => [row.imageId, row]));
  const of = Array.from(imageIds, (imageId) => byId.get(imageId));
  const own = Array.from(imageIds, String);
  return {
    belongings: [
      { kind: 'group', values: of.map((row) => row?.group ?? null), units: own },
      {
        kind: 'root',
        values: of.map((row) => (row === undefined ? null : String(row.root))),
        units: of.map((row, i) => row?.group ?? own[i]!),
      },
    ],
    classes: Int32Array.from(of, (row) => row?.classId ?? -1),
  };
}

/**
 * How well whom an image belongs to can be told from its features, by heads that never saw the image (for roots: nor
 * another of its group), as the mean over groups of the share told rightly. What the class of an image gives away is
 * counted as chance, since groups that hold other tissue may well be told apart. null where there are not two groups
 * with 20 images each.
 */
export async function measureBatchEffect(
  tf: Tf,
  space: FeatureSpace,
  { kind, values, units }: Belongings,
  classes: Int32Array,
  seed: number,
): Promise<BatchEffect | null> {
  const random = createRandom(seed);
  const known = random
    .shuffle([...values.keys()].filter((row) => values[row] !== null))
    .slice(0, MOST_IMAGES);
  const counts = new Map<string, number>();
  for (const row of known) counts.set(values[row]!, (counts.get(values[row]!) ?? 0) + 1);
  const names = [...counts]
    .filter(([, count]) => count >= FEWEST_EACH)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_VALUES)
    .map(([name]) => name);
  if (names.length < 2) return null;
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const rows = known.filter((row) => indexOf.has(values[row]!)).sort((a, b) => a - b);
  const truth = Int32Array.from(rows, (row) => indexOf.get(values[row]!)!);
  const points = takeRows(space, rows);
  scaleColumns(points, space.dims);
  const probabilities = await predictOutOfFold(
    tf,
    { points, n: rows.length, dims: space.dims },
    truth,
    rows.map((row) => units[row]!),
    names.length,
    { seed, onFold: () => undefined },
  );
  const told = truth.map((_, i) => argMax(probabilities, i * names.length, names.length));
  const accuracy = balancedAccuracy(told, truth, names.length);
  const fromClass = tellByClass(
    rows.map((row) => classes[row]!),
    truth,
    names.length,
  );
  const chance = Math.max(1 / names.length, fromClass);
  const strength = chance < 1 ? Math.max(0, (accuracy - chance) / (1 - chance)) : 0;
  const images = rows.length;
  return { kind, values: names.length, images, accuracy, chance, strength, warns: strength >= WARN_FROM };
}

/** Divides every column by the spread of the widest, so that a head's regularisation means the same for all features. */
function scaleColumns(points: Float32Array, dims: number): void {
  let widest = 0;
  for (let j = 0; j < dims; j++) {
    let [sum, squares] = [0, 0];
    for (let at = j; at < points.length; at += dims) {
      sum += points[at]!;
      squares += points[at]! ** 2;
    }
    const n = points.length / dims;
    widest = Math.max(widest, squares / n - (sum / n) ** 2);
  }
  const factor = widest > 0 ? 1 / Math.sqrt(widest) : 0;
  for (let at = 0; at < points.length; at++) points[at]! *= factor;
}

function balancedAccuracy(told: Int32Array, truth: Int32Array, count: number): number {
  const [right, all] = [new Float64Array(count), new Float64Array(count)];
  for (const [i, value] of truth.entries()) {
    all[value]! += 1;
    if (told[i] === value) right[value]! += 1;
  }
  return all.reduce((sum, size, value) => sum + (size > 0 ? right[value]! / size : 0), 0) / count;
}

/** The balanced accuracy of naming, for each class, the value that it is most typical of. */
function tellByClass(classes: readonly number[], truth: Int32Array, count: number): number {
  const sizes = new Float64Array(count);
  for (const value of truth) sizes[value]! += 1;
  const shares = new Map<number, Float64Array>();
  for (const [i, classId] of classes.entries()) {
    const own = shares.get(classId) ?? new Float64Array(count);
    own[truth[i]!]! += 1;
    shares.set(classId, own);
  }
  // Of each class, the value with the largest share of its own images is the best to name.
  const best = [...shares.values()].map((own) =>
    Math.max(...own.map((images, value) => images / sizes[value]!)),
  );
  return best.reduce((sum, share) => sum + share, 0) / count;
}
