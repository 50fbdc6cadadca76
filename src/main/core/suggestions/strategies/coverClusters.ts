import { findKMeans } from '../kMeans.ts';
import type { Pick, Strategy } from './strategy.ts';

/** Clusters made at most; beyond, they are smaller than what a class looks like. */
const MOST_CLUSTERS = 400;

/**
 * One typical image of each cluster that has no label yet, the largest cluster first; when all are covered, of those
 * with the smallest share of labels. As many clusters are made as there will be labels (TypiClust, Hacohen 2022).
 * Needs no labels and no head.
 */
export const coverClusters: Strategy = ({ space, candidates, labelled, count, random }) => {
  const rows = Uint32Array.from([...candidates, ...labelled]);
  const wanted = Math.max(2, Math.min(labelled.length + count, MOST_CLUSTERS));
  const { of, distance, count: found } = findKMeans(space, rows, wanted, random);
  const clusters = Array.from({ length: found }, (_, index) => ({
    index,
    size: 0,
    labelled: 0,
    open: [] as { row: number; distance: number }[],
  }));
  for (let i = 0; i < rows.length; i++) {
    const cluster = clusters[of[i]!]!;
    cluster.size += 1;
    if (i >= candidates.length) cluster.labelled += 1;
    else cluster.open.push({ row: rows[i]!, distance: distance[i]! });
  }
  for (const { open } of clusters) open.sort((a, b) => b.distance - a.distance);
  const picks: Pick[] = [];
  while (picks.length < Math.min(count, candidates.length)) {
    const next = clusters
      .filter(({ open }) => open.length > 0)
      .reduce((best, each) =>
        each.labelled < best.labelled ||
        (each.labelled === best.labelled && each.open.length > best.open.length)
          ? each
          : best,
      );
    const { row } = next.open.pop()!;
    picks.push({
      row,
      reason: { kind: 'cluster', size: next.size, labelled: next.labelled },
      cluster: next.index,
    });
    next.labelled += 1;
  }
  return picks;
};
