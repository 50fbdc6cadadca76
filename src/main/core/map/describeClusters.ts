import type { ClassShare, MapCluster } from '../../../shared/map.ts';
import type { MapContent } from './mapFile.ts';
import type { DenseParts } from './densityPeaks.ts';
import { measureSilhouettes } from './silhouettes.ts';

/** What of a cluster does not change with labels and predictions. */
export type ClusterShape = Omit<MapCluster, 'classes' | 'predictions' | 'labelled' | 'purity'>;

/** Pictures on a card. */
const SHOWN = 9;

/** Size, place, silhouette, and the most typical and most odd images of each dense part of a map. */
export function describeShapes(
  { imageIds, positions, points }: Pick<MapContent, 'imageIds' | 'positions' | 'points'>,
  { of, count }: DenseParts,
): ClusterShape[] {
  const dims = points.length / imageIds.length;
  const silhouettes = measureSilhouettes(points, dims, of, count);
  const members = Array.from({ length: count }, (): number[] => []);
  for (const [row, cluster] of of.entries()) if (cluster >= 0) members[cluster]!.push(row);
  return members.map((rows, cluster) => {
    const byDistance = sortByDistance(points, dims, rows);
    const ids = (chosen: readonly number[]): number[] => chosen.map((row) => imageIds[row]!);
    const mean = (axis: number): number =>
      rows.reduce((sum, row) => sum + positions[2 * row + axis]!, 0) / rows.length;
    return {
      ...{ cluster, size: rows.length, x: mean(0), y: mean(1), silhouette: silhouettes[cluster]! },
      // The only cluster of a map has nothing to be nearer to.
      holdsTogether: count === 1 || silhouettes[cluster]! > 0,
      typical: ids(byDistance.slice(0, SHOWN)),
      odd: ids(byDistance.slice(-SHOWN).reverse()),
    };
  });
}

/** Rows by their distance from their mean in feature space. */
function sortByDistance(points: Float32Array, dims: number, rows: readonly number[]): number[] {
  const mean = new Float64Array(dims);
  for (const row of rows) for (let j = 0; j < dims; j++) mean[j]! += points[row * dims + j]! / rows.length;
  const far = rows.map((row) => {
    let sum = 0;
    for (let j = 0; j < dims; j++) sum += (points[row * dims + j]! - mean[j]!) ** 2;
    return { row, sum };
  });
  return far.sort((a, b) => a.sum - b.sum || a.row - b.row).map(({ row }) => row);
}

/**
 * Shapes with what readers and a model say of their images.
 * @param labels class by image id, and likewise `predictions`
 */
export function fillClusters(
  shapes: readonly ClusterShape[],
  imageIds: Uint32Array,
  of: Int32Array,
  labels: ReadonlyMap<number, number>,
  predictions: ReadonlyMap<number, number>,
): MapCluster[] {
  const inside = shapes.map(() => ({
    labels: new Map<number, number>(),
    predictions: new Map<number, number>(),
  }));
  for (const [row, cluster] of of.entries()) {
    if (cluster < 0) continue;
    const imageId = imageIds[row]!;
    addTo(inside[cluster]!.labels, labels.get(imageId));
    addTo(inside[cluster]!.predictions, predictions.get(imageId));
  }
  return shapes.map((shape, cluster) => {
    const classes = toShares(inside[cluster]!.labels);
    const labelled = classes.reduce((sum, { images }) => sum + images, 0);
    return {
      ...shape,
      ...{ classes, predictions: toShares(inside[cluster]!.predictions), labelled },
      purity: labelled > 0 ? classes[0]!.images / labelled : null,
    };
  });
}

function addTo(counts: Map<number, number>, classId: number | undefined): void {
  if (classId !== undefined) counts.set(classId, (counts.get(classId) ?? 0) + 1);
}

function toShares(counts: ReadonlyMap<number, number>): ClassShare[] {
  return [...counts]
    .map(([classId, images]) => ({ classId, images }))
    .sort((a, b) => b.images - a.images || a.classId - b.classId);
}
