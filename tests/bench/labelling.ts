import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hc } from 'hono/client';
import type { AppType } from '../../src/main/core/api.ts';
import { read } from '../../src/main/cli/client.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import { drawTestImage } from '../support/drawImages.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { sharedData, sharedDir } from '../support/shared.ts';
import { round, say, type Benchmark } from './benchmark.ts';
import { Labeller, type Truth } from './labeller.ts';
import { makeWorkFolder } from './tiles.ts';

const IMAGES = 500;
/** Labelled one by one before the head that learns along is asked. */
const FIRST = 60;
const SEED = 1;

/**
 * A person with a keyboard labels the same images in three ways, in the real window: each by its class key; after a few
 * of these by accepting what the model says; and by selections of what the model puts together. Every press of a key
 * and every click is counted; what is labelled is compared with what the images are.
 */
export const benchLabelling: Benchmark = async ({ images }) => {
  const wanted = images ?? IMAGES;
  const work = await makeWorkFolder();
  const opened = await openStudio();
  try {
    const truth = await layOut(path.join(work.folder, 'tiles'), wanted);
    const labeller = await openLibrary(opened, work.folder, truth);
    const figures: Record<string, number> = { images: truth.size };
    const ways = {
      OneByOne: () => labeller.labelAll(),
      Accept: () => labeller.accept(Math.min(FIRST, wanted)),
      Selection: () => labeller.labelSelections(Math.min(FIRST, wanted)),
    };
    const only = process.env['FOVEA_BENCH_WAY'];
    for (const [name, label] of Object.entries(ways)) {
      if (only !== undefined && only !== name) continue;
      await labeller.begin(name !== 'OneByOne');
      await label();
      const { actions, wrong, unlabelled } = await labeller.finish();
      figures[`actionsPerImage${name}`] = round(actions / truth.size);
      figures[`wrongShare${name}`] = round(wrong / truth.size);
      figures[`unlabelled${name}`] = unlabelled;
      say(`${name}: ${actions} actions for ${truth.size} images, ${wrong} wrong, ${unlabelled} unlabelled`);
    }
    return {
      figures,
      targets: {
        actionsPerImageOneByOne: '<= 1.01',
        // Fewer presses than one an image, or there is no point in them.
        actionsPerImageAccept: '<= 0.9',
        actionsPerImageSelection: '<= 0.9',
        wrongShareOneByOne: '<= 0',
        wrongShareSelection: '<= 0',
        unlabelledOneByOne: '<= 0',
        unlabelledAccept: '<= 0',
        unlabelledSelection: '<= 0',
      },
    };
  } finally {
    await opened.close();
    await work.cleanUp();
  }
};

/** Tissue tiles where they are, else drawn ones, in a random order under names that tell nothing. */
async function layOut(folder: string, wanted: number): Promise<Truth> {
  await mkdir(folder, { recursive: true });
  const random = createRandom(SEED);
  const truth = new Map<string, string>();
  const nameOf = (index: number, extension: string): string =>
    `tile_${String(index).padStart(4, '0')}${extension}`;
  if (sharedDir === null) {
    say('Colorectal tiles are not here; drawing some instead.');
    for (const [index, look] of random.shuffle(Array.from({ length: wanted }, (_, i) => i % 4)).entries()) {
      const name = nameOf(index, '.png');
      await writeFile(path.join(folder, name), await drawTestImage(index, look, 96));
      truth.set(name, `look ${look}`);
    }
    return truth;
  }
  const source = sharedData('colorectal_histology_gray128');
  const classes = (await readdir(source)).filter((name) => /^\d/.test(name)).sort();
  const files = await Promise.all(
    classes.map(async (name) => {
      const own = random.shuffle((await readdir(path.join(source, name))).sort());
      return own.slice(0, Math.ceil(wanted / classes.length)).map((file) => ({ name, file }));
    }),
  );
  for (const [index, { name, file }] of random.shuffle(files.flat()).slice(0, wanted).entries()) {
    const tile = nameOf(index, path.extname(file));
    await copyFile(path.join(source, name, file), path.join(folder, tile));
    truth.set(tile, name.replace(/^\d+_/, '').toLowerCase());
  }
  return truth;
}

/** A library of the tiles with their classes, and no label. */
async function openLibrary({ page, core }: OpenStudio, folder: string, truth: Truth): Promise<Labeller> {
  const { api } = hc<AppType>('http://core', { fetch: core.fetch });
  await read(api.library.open.$post({ json: { path: path.join(folder, 'tiles.fovea'), create: true } }));
  const source = { folder: path.join(folder, 'tiles'), labels: { kind: 'none' as const }, groups: { kind: 'none' as const } }; // prettier-ignore
  const { jobId } = await read(api.import.$post({ json: source }));
  say(`Importing ${truth.size} tiles …`);
  for (;;) {
    const { state } = await read(api.jobs[':jobId'].$get({ param: { jobId: String(jobId) } }));
    if (state === 'done') break;
    if (state !== 'running' && state !== 'queued') throw new Error(`The import ended ${state}.`);
    await page.waitForTimeout(200);
  }
  for (const name of [...new Set(truth.values())].sort()) await read(api.classes.$post({ json: { name } }));
  return new Labeller(page, api, truth);
}
