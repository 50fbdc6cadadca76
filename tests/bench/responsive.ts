import { read } from '../../src/main/cli/client.ts';
import { quantileOf, round, say, type Benchmark } from './benchmark.ts';
import { importFolder, waitForJob, withStudio } from './studioProcess.ts';
import { gatherTiles, makeWorkFolder } from './tiles.ts';

/** How often the core is asked whether it is well. */
const INTERVAL_MS = 20;

/** How long `GET /api/health` takes while the core imports and trains. */
export const benchResponsive: Benchmark = async ({ images }) => {
  const { folder, cleanUp } = await makeWorkFolder();
  try {
    const tiles = await gatherTiles(folder, images ?? 8000);
    return await withStudio(folder, 'responsive', async (client) => {
      const times: Record<'import' | 'train', number[]> = { import: [], train: [] };
      let phase: keyof typeof times = 'import';
      let isRunning = true;
      const asking = (async () => {
        while (isRunning) {
          const began = performance.now();
          await read(client.api.health.$get());
          times[phase].push(performance.now() - began);
          await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
        }
      })();
      say(`Importing ${tiles.count} images …`);
      await importFolder(client, tiles.folder);
      phase = 'train';
      for (const recipe of ['one-click', 'paper'] as const) {
        say(`Training ${recipe} …`);
        const { jobId } = await read(client.api.training.$post({ json: { recipe } }));
        await waitForJob(client, jobId);
      }
      isRunning = false;
      await asking;
      const all = [...times.import, ...times.train];
      return {
        figures: {
          p99Ms: round(quantileOf(all, 0.99), 1),
          p50Ms: round(quantileOf(all, 0.5), 1),
          maxMs: round(Math.max(...all), 1),
          p99ImportMs: round(quantileOf(times.import, 0.99), 1),
          p99TrainMs: round(quantileOf(times.train, 0.99), 1),
          requests: all.length,
          images: tiles.count,
        },
        targets: { p99Ms: '<= 50' },
      };
    });
  } finally {
    await cleanUp();
  }
};
