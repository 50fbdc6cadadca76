import type { Database } from 'better-sqlite3';
import type { SimulatedName } from '../../../shared/simulation.ts';
import { openFeatureStore } from '../features/featureStore.ts';
import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { buildFeatureSpace } from '../suggestions/featureSpace.ts';
import { readLearningSet, type LearningSet } from '../suggestions/learningSet.ts';
import { GRAPH_NEIGHBOURS } from '../suggestions/learnFromUnlabelled.ts';
import { findNeighbourGraph } from '../suggestions/neighbourGraph.ts';
import { STRATEGIES } from '../suggestions/strategies/strategies.ts';
import type { Strategy } from '../suggestions/strategies/strategy.ts';
import { loadEngine } from '../training/engines.ts';
import { requireFinite } from '../training/readFeatures.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { drawReplay } from './drawReplay.ts';
import { replayLabelling, scoreFull, type ReplaySet } from './replay.ts';
import type { SimulateParams } from './simulateJob.ts';
import type { Run, SeedRuns } from './summarise.ts';

export interface SeedInput {
  readonly view: ViewedLibrary;
  readonly params: SimulateParams;
  readonly seed: number;
}

export interface SeedOutput extends SeedRuns {
  readonly images: { readonly pool: number; readonly test: number };
  readonly classNames: readonly string[];
  readonly featureKey: string;
}

/** How each name chooses and learns. */
function describe(name: SimulatedName): {
  strategy: Strategy;
  startsItself: boolean;
  usesUnlabelled: boolean;
} {
  const isDefault = name === 'default' || name === 'default-labels-only';
  const usesUnlabelled = name === 'default' || name === 'random-unlabelled';
  if (isDefault) return { strategy: STRATEGIES.default, startsItself: true, usesUnlabelled };
  if (name === 'random-unlabelled')
    return { strategy: STRATEGIES.random, startsItself: false, usesUnlabelled };
  return { strategy: STRATEGIES[name], startsItself: name === 'cluster', usesUnlabelled };
}

let held: LearningSet | null = null;

function readSet(view: ViewedLibrary): LearningSet {
  if (held !== null) return held;
  const library = openLibraryView(view);
  try {
    held = readLearningSet(library.db as Database);
    return held;
  } finally {
    library.close();
  }
}

async function runSeed(
  { view, params, seed }: SeedInput,
  { signal, note }: CallContext,
): Promise<SeedOutput> {
  const { tf } = await loadEngine('auto');
  const known = readSet(view);
  const draw = drawReplay(known.images, known.labels, { seed, ...params });
  const places = Uint32Array.from([...draw.pool, ...draw.test]);
  const store = await openFeatureStore(view.folder, known.featureKey, known.dims);
  const features = await store
    .readRows(places.map((place) => known.rows[place]!))
    .finally(() => store.close());
  requireFinite(features, known.dims, known.featureKey);
  const set: ReplaySet = {
    space: buildFeatureSpace(tf, features, known.dims, seed),
    labels: Int32Array.from(places, (place) => known.labels[place]!),
    classes: known.classes.length,
    pool: Uint32Array.from(draw.pool.keys()),
    test: Uint32Array.from(draw.test.keys(), (i) => draw.pool.length + i),
    metric: params.metric,
  };
  const full = await scoreFull(tf, set);
  const runs: Run[] = [];
  let graph: ReturnType<typeof findNeighbourGraph> | null = null;
  for (const name of params.strategies) {
    const { usesUnlabelled, ...how } = describe(name);
    if (usesUnlabelled) graph ??= findNeighbourGraph(tf, set.space, set.pool, GRAPH_NEIGHBOURS);
    const plan = { ...how, ...params, seed, graph: usesUnlabelled ? graph : null };
    runs.push({ name, curve: await replayLabelling(tf, set, plan, signal) });
    note({ kind: 'run' });
  }
  return {
    full,
    runs,
    images: { pool: set.pool.length, test: set.test.length },
    classNames: known.classes.map(({ name }) => name),
    featureKey: known.featureKey,
  };
}

serveWorker({ runSeed });
