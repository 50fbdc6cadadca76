import { availableParallelism } from 'node:os';
import {
  SIMULATED_NAMES,
  type SimulatedName,
  type SimulationMetric,
  type SimulationResult,
} from '../../../shared/simulation.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { ProgressMeter } from '../jobs/progressMeter.ts';
import { describeView } from '../library/libraryView.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { SeedInput, SeedOutput } from './simulate.worker.ts';
import { summariseRuns } from './summarise.ts';

export interface SimulateParams {
  readonly strategies: readonly SimulatedName[];
  readonly start: number;
  readonly batch: number;
  readonly until: number;
  readonly seeds: number;
  readonly metric: SimulationMetric;
  readonly mostPool: number;
  readonly mostTest: number;
  readonly skew: number;
}

/** More processes would each hold their own features and hardly go faster. */
const MOST_WORKERS = 4;

/**
 * Replays labelling with each strategy and several seeds, in processes of its own; the library is only read. Random
 * always runs, because the others are measured by it.
 */
export async function runSimulateJob(asked: SimulateParams, context: JobContext): Promise<SimulationResult> {
  const { library, signal, report } = context;
  const began = performance.now();
  const wanted = new Set<SimulatedName>(['random', ...asked.strategies]);
  const params = { ...asked, strategies: SIMULATED_NAMES.filter((name) => wanted.has(name)) };
  const view = describeView(library);
  const meter = new ProgressMeter('replaying labels', params.seeds * params.strategies.length);
  report(meter.at(0));
  let done = 0;
  let next = 1;
  const outputs: SeedOutput[] = [];
  // One that fails ends the others: the figures would be of fewer seeds than were asked for.
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const runWorker = async (): Promise<void> => {
    const worker = new WorkerProcess(new URL('./simulate.worker.ts', import.meta.url), {
      // Several processes share the processor; threads of each would only wait for one another.
      env: { TF_NUM_INTRAOP_THREADS: '1', OMP_NUM_THREADS: '1' },
    });
    try {
      while (next <= params.seeds) {
        const seed = next++;
        const input: SeedInput = { view, params, seed };
        const onNote = (): void => report(meter.at((done += 1)));
        outputs[seed - 1] = await worker.call<SeedOutput>('runSeed', input, { signal: either, onNote });
      }
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      worker.kill();
    }
  };
  const count = Math.max(1, Math.min(availableParallelism(), params.seeds, MOST_WORKERS));
  const ends = await Promise.allSettled(Array.from({ length: count }, runWorker));
  const failed = ends.filter((end) => end.status === 'rejected').map((end) => end.reason as Error);
  const cause = failed.find((error) => !('code' in error && error.code === 'cancelled')) ?? failed[0];
  if (cause !== undefined) throw cause;
  const [first] = outputs;
  return {
    fullAccuracy: outputs.reduce((sum, { full }) => sum + full, 0) / outputs.length,
    metric: params.metric,
    classes: first!.classNames,
    images: first!.images,
    start: params.start,
    batch: params.batch,
    until: params.until,
    seeds: params.seeds,
    skew: params.skew,
    featureKey: first!.featureKey,
    strategies: summariseRuns(outputs),
    seconds: (performance.now() - began) / 1000,
  };
}
