import { availableParallelism } from 'node:os';
import type { ImportSummary } from '../../src/shared/images.ts';
import type { GraphSpec } from '../../src/main/core/features/extractor.ts';
import { prepareImportGraph } from '../../src/main/core/images/importGraph.ts';
import { WorkerProcess } from '../../src/main/core/workers/workerProcess.ts';
import { medianOf, round, say, type Benchmark } from './benchmark.ts';
import { importFolder, withStudio } from './studioProcess.ts';
import { gatherTiles, makeWorkFolder } from './tiles.ts';

/** Rounds, each with every measurement once, so that a slow minute of the machine meets all of them. */
const ROUNDS = 2;
const BARE_SECONDS = 4;

/** Images per second of an import end to end, against the network alone; and what a second worker brings. */
export const benchImport: Benchmark = async ({ images }) => {
  const { folder, cleanUp } = await makeWorkFolder();
  try {
    const { graph } = await prepareImportGraph();
    if (graph === null) throw new Error('No backbone was found; nothing can be measured.');
    const tiles = await gatherTiles(folder, images ?? 6000);
    const workers = availableParallelism();
    const rates = {
      bareOne: [] as number[],
      bareTogether: [] as number[],
      one: [] as number[],
      all: [] as number[],
    };
    for (let each = 1; each <= ROUNDS; each++) {
      say(`Round ${each} of ${ROUNDS}: ${tiles.count} images, ${workers} workers …`);
      rates.bareOne.push(await runBare(graph, 1));
      rates.all.push(await runImport(folder, `all-${each}`, tiles.folder, workers));
      rates.bareTogether.push(await runBare(graph, workers));
      rates.one.push(await runImport(folder, `one-${each}`, tiles.folder, 1));
    }
    const bareOne = medianOf(rates.bareOne);
    const all = medianOf(rates.all);
    return {
      figures: {
        // One bare one-thread loop per worker, side by side: what these workers could do at best on this machine.
        ratioToBare: round(all / medianOf(rates.bareTogether)),
        // The same against one loop alone times the workers, which also counts what the processor loses by sharing.
        ratioToOneLoopTimesWorkers: round(all / (bareOne * workers)),
        twoWorkerSpeedup: round(all / medianOf(rates.one)),
        bareScaling: round(medianOf(rates.bareTogether) / bareOne),
        imagesPerSecond: round(all, 0),
        barePerSecond: round(bareOne, 0),
        workers,
        images: tiles.count,
      },
      targets: { ratioToBare: '>= 0.6', twoWorkerSpeedup: '>= 1.6' },
    };
  } finally {
    await cleanUp();
  }
};

/** Images per second of `count` bare loops side by side, all together. */
async function runBare(graph: GraphSpec, count: number): Promise<number> {
  const { graphPath, side, dims } = graph;
  const loops = Array.from(
    { length: count },
    () => new WorkerProcess(new URL('./bareLoop.worker.ts', import.meta.url)),
  );
  try {
    const input = { graph: { graphPath, side, dims }, seconds: BARE_SECONDS };
    const rates = await Promise.all(loops.map((loop) => loop.call<number>('run', input)));
    return rates.reduce((sum, rate) => sum + rate, 0);
  } finally {
    await Promise.all(loops.map((loop) => loop.close()));
  }
}

async function runImport(workFolder: string, name: string, folder: string, workers: number): Promise<number> {
  process.env['FOVEA_WORKERS'] = String(workers);
  const summary = await withStudio(workFolder, name, (client) => importFolder<ImportSummary>(client, folder));
  return summary.imported / summary.seconds;
}
