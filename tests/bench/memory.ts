import { readFile, readdir } from 'node:fs/promises';
import { read } from '../../src/main/cli/client.ts';
import { round, say, type Benchmark } from './benchmark.ts';
import { importFolder, withStudio } from './studioProcess.ts';
import { gatherTiles, makeWorkFolder } from './tiles.ts';

const SAMPLE_MS = 100;

/** Peak resident memory of the core and of each of its workers while a large folder is imported (Linux: /proc). */
export const benchMemory: Benchmark = async ({ images }) => {
  const { folder, cleanUp } = await makeWorkFolder();
  try {
    const tiles = await gatherTiles(folder, images);
    return await withStudio(folder, 'memory', async (client) => {
      const { pid } = await read(client.api.health.$get());
      let coreKiB = 0;
      let workerKiB = 0;
      let isRunning = true;
      const watching = (async () => {
        while (isRunning) {
          coreKiB = Math.max(coreKiB, await readResidentKiB(pid));
          for (const child of await listChildren(pid))
            workerKiB = Math.max(workerKiB, await readResidentKiB(child));
          await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
        }
      })();
      say(`Importing ${tiles.count} images …`);
      await importFolder(client, tiles.folder);
      isRunning = false;
      await watching;
      return {
        figures: {
          coreMiB: round(coreKiB / 1024, 0),
          workerMiB: round(workerKiB / 1024, 0),
          images: tiles.count,
        },
        targets: { coreMiB: '<= 350', workerMiB: '<= 350' },
      };
    });
  } finally {
    await cleanUp();
  }
};

/** The highest resident size a process has had so far (VmHWM), or the present one (VmRSS); 0 for one that is gone. */
export async function readResidentKiB(pid: number, which: 'VmHWM' | 'VmRSS' = 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`${which}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0);
}

export async function listChildren(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((text) =>
    text
      .trim()
      .split(/\s+/)
      .filter((each) => each !== '')
      .map(Number),
  );
}
