import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { drawSampleSet } from '../../src/main/core/sample/drawSampleSet.ts';
import { sharedData, sharedDir } from '../support/shared.ts';
import { say } from './benchmark.ts';

/** A folder of tiles to import: real ones where they are, else drawn. */
export interface Tiles {
  readonly folder: string;
  readonly count: number;
  readonly isDrawn: boolean;
}

/** A temporary folder for one benchmark; removed by `cleanUp`. */
export async function makeWorkFolder(): Promise<{ folder: string; cleanUp: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fovea-bench-'));
  process.env['FOVEA_USER_DATA'] = path.join(folder, 'user-data');
  return { folder, cleanUp: () => rm(folder, { recursive: true, force: true }) };
}

/** Takes `wanted` EuroSAT tiles (all when null) into a folder of their own, spread over the classes. */
export async function gatherTiles(workFolder: string, wanted: number | null): Promise<Tiles> {
  if (sharedDir === null) {
    const folder = path.join(workFolder, 'drawn');
    say('EuroSAT is not here; drawing tiles instead.');
    const count = await drawSampleSet(folder, { seed: 1, images: wanted ?? 2400 });
    return { folder, count, isDrawn: true };
  }
  const source = sharedData('eurosat');
  if (wanted === null) return { folder: source, count: await countFiles(source), isDrawn: false };
  const folder = path.join(workFolder, 'tiles');
  const classes = (await readdir(source)).sort();
  const perClass = Math.ceil(wanted / classes.length);
  let count = 0;
  for (const name of classes) {
    await mkdir(path.join(folder, name), { recursive: true });
    for (const file of (await readdir(path.join(source, name))).sort().slice(0, perClass)) {
      await copyFile(path.join(source, name, file), path.join(folder, name, file));
      count += 1;
    }
  }
  return { folder, count, isDrawn: false };
}

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
