import type { NeighbourGraph } from './neighbourGraph.ts';

/** Share of its neighbours' opinion in the opinion of an image, at each round. */
const NEIGHBOURS_SHARE = 0.9;
const ROUNDS = 30;
/** Similarities are raised to this power, so that near neighbours count more than far ones. */
const SHARPNESS = 4;

/**
 * Label spreading on the neighbour graph (Zhou 2004): labelled images keep their class, others take over what their
 * neighbours think, round by round. `labels` is `[n]`, −1 for unlabelled.
 * @returns `[n, classes]`, each row summing to 1, or to 0 for images that no label reaches.
 */
export function spreadLabels(graph: NeighbourGraph, labels: Int32Array, classes: number): Float64Array {
  const { n } = graph;
  const links = makeSymmetric(graph);
  const counts = new Float64Array(classes);
  for (const label of labels) if (label >= 0) counts[label]! += 1;
  const source = new Float64Array(n * classes);
  for (let i = 0; i < n; i++) if (labels[i]! >= 0) source[i * classes + labels[i]!] = 1;
  let opinion = source.slice();
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(n * classes);
    for (let i = 0; i < n; i++) {
      for (let e = links.start[i]!; e < links.start[i + 1]!; e++) {
        const from = links.to[e]! * classes;
        const weight = NEIGHBOURS_SHARE * links.weight[e]!;
        for (let c = 0; c < classes; c++) next[i * classes + c]! += weight * opinion[from + c]!;
      }
      for (let c = 0; c < classes; c++)
        next[i * classes + c]! += (1 - NEIGHBOURS_SHARE) * source[i * classes + c]!;
    }
    opinion = next;
  }
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += opinion[i * classes + c]!;
    if (sum > 0) for (let c = 0; c < classes; c++) opinion[i * classes + c]! /= sum;
  }
  return opinion;
}

interface Links {
  /** `[n + 1]`: the links of image i are start[i] … start[i + 1). */
  readonly start: Int32Array;
  readonly to: Int32Array;
  /** D^−½ W D^−½ */
  readonly weight: Float64Array;
}

function makeSymmetric({ places, similarities, n, k }: NeighbourGraph): Links {
  const degree = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    for (let e = i * k; e < (i + 1) * k; e++) {
      degree[i]! += 1;
      degree[places[e]!]! += 1;
    }
  }
  const start = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) start[i + 1] = start[i]! + degree[i]!;
  const filled = start.slice();
  const to = new Int32Array(start[n]!);
  const weight = new Float64Array(start[n]!);
  const strength = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let e = i * k; e < (i + 1) * k; e++) {
      const other = places[e]!;
      const value = Math.max(0, similarities[e]!) ** SHARPNESS;
      for (const [a, b] of [
        [i, other],
        [other, i],
      ] as const) {
        const at = filled[a]!++;
        to[at] = b;
        weight[at] = value;
        strength[a]! += value;
      }
    }
  }
  for (let i = 0; i < n; i++) {
    for (let e = start[i]!; e < start[i + 1]!; e++) {
      weight[e]! /= Math.sqrt(strength[i]! * strength[to[e]!]!) || 1;
    }
  }
  return { start, to, weight };
}
