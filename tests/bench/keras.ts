import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { read } from '../../src/main/cli/client.ts';
import type { ModelCard } from '../../src/shared/training.ts';
import '../support/backbones.ts';
import { sharedData, sharedDir } from '../support/shared.ts';
import { round, say, type Benchmark } from './benchmark.ts';
import { importFolder, waitForJob, withStudio } from './studioProcess.ts';
import { makeWorkFolder } from './tiles.ts';

const SCRIPT = fileURLToPath(new URL('../reference/kerasPaper.py', import.meta.url));
const EPOCHS = 10;

/**
 * The paper's protocol for MobileNetV2, whole: decoding, features, ten epochs of its head, evaluation. The studio, from an
 * empty library, and Keras trained the usual way through the frozen network, on the same tiles and one after the other.
 * `FOVEA_PYTHON` names a Python that has Keras; without one the figure is absent.
 */
export const benchKeras: Benchmark = async ({ images }) => {
  if (sharedDir === null) throw new Error('The tissue tiles do not lie beside the project.');
  const { folder, cleanUp } = await makeWorkFolder();
  try {
    const tiles = await takeTiles(path.join(folder, 'tiles'), images ?? 5_000);
    const own = await timeStudio(folder, tiles);
    say(`the studio: ${own.seconds.toFixed(1)} s, ${(100 * own.accuracy).toFixed(1)} %`);
    const theirs = await timeKeras(tiles);
    if (theirs !== null) say(`Keras: ${JSON.stringify(theirs)}`);
    return {
      figures: {
        studioSeconds: round(own.seconds, 1),
        ...(theirs === null
          ? {}
          : {
              kerasSeconds: round(theirs.seconds, 1),
              speedupOverKeras: round(theirs.seconds / own.seconds, 1),
            }),
      },
      targets: { speedupOverKeras: '>= 10' },
    };
  } finally {
    await cleanUp();
  }
};

/** So many tissue tiles, the same of each class, as a folder of their own. */
async function takeTiles(target: string, wanted: number): Promise<string> {
  const source = sharedData('colorectal_histology_gray128');
  const entries = await readdir(source, { withFileTypes: true });
  const classes = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const name of classes) {
    await mkdir(path.join(target, name), { recursive: true });
    const files = (await readdir(path.join(source, name)))
      .sort()
      .slice(0, Math.ceil(wanted / classes.length));
    for (const file of files) await copyFile(path.join(source, name, file), path.join(target, name, file));
  }
  return target;
}

/** Nothing is in any cache but the graph of the network, which the set-up makes. */
function timeStudio(workFolder: string, tiles: string): Promise<{ seconds: number; accuracy: number }> {
  return withStudio(workFolder, 'keras', async (client) => {
    const began = performance.now();
    await importFolder(client, tiles);
    // A model needs some images to find its temperature by: of the 80 %, as its own part.
    const split = { seed: 1, fractions: { train: 0.7, validation: 0.1, test: 0.2 } };
    const settings = { epochs: EPOCHS };
    const request = { recipe: 'paper' as const, backbone: 'mobilenet_v2' as const, split, settings };
    const { jobId } = await read(client.api.training.$post({ json: request }));
    const { modelId } = await waitForJob<{ modelId: string }>(client, jobId);
    const seconds = (performance.now() - began) / 1000;
    const card = (await read(client.api.models[':modelId'].$get({ param: { modelId } }))) as ModelCard;
    return { seconds, accuracy: card.test.accuracy };
  });
}

async function timeKeras(tiles: string): Promise<{ readonly seconds: number } | null> {
  const python = process.env['FOVEA_PYTHON'] ?? 'python3';
  try {
    const { stdout } = await promisify(execFile)(python, [SCRIPT, tiles, String(EPOCHS)]);
    return JSON.parse(stdout) as { seconds: number };
  } catch (error) {
    say(`Keras cannot be run by ${python}: ${String(error).split('\n').at(-2) ?? ''}`);
    return null;
  }
}
