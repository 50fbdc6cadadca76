import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { read, startClient, type Client } from '../../src/main/cli/client.ts';
import { ensureFeatureSet, insertFeatureRow } from '../../src/main/core/features/imageFeatures.ts';
import { featureKeyOf } from '../../src/main/core/features/prepareGraph.ts';
import { DECODER_VERSION } from '../../src/main/core/images/decoderVersion.ts';
import { openLibrary } from '../../src/main/core/library/library.ts';
import type { FeatureSpec } from '../../src/shared/backbones.ts';
import type { LiveState } from '../../src/shared/live.ts';
import type { ClassFeatures } from '../support/classFeatures.ts';
import { medianOf, quantileOf, round, say } from './benchmark.ts';

const SPEC: FeatureSpec = { backbone: 'mobilenet_v2', width: 1, resolution: 160 };
const IMAGES = 100_000;
const LABELLED = 20_000;
const NEW_LABELS = 20;
const ROUNDS = 5;
/** How often the core is asked whether it is well. */
const INTERVAL_MS = 20;

/**
 * Learning while labelling in a library of 100,000 images: milliseconds from 20 new labels on top of 20,000 to the new
 * head and its accuracy, and from there to the stored predictions of all images; medians of five rounds. `coreP99Ms` is
 * how long the core takes to answer meanwhile, `labelMs` the median time of one label among them.
 */
export async function benchLiveRefit(
  workFolder: string,
  set: ClassFeatures,
): Promise<Record<'refitMs20k' | 'refreshMs100k' | 'coreP99Ms' | 'labelMs', number>> {
  const folder = path.join(workFolder, 'live.fovea');
  say(`Making a library of ${IMAGES} images …`);
  await makeLibrary(folder, set);
  const client = await startClient('a benchmark');
  try {
    await read(client.api.library.open.$post({ json: { path: folder, create: false } }));
    const { classes } = await read(client.api.classes.$get());
    await read(client.api.live.visible.$put({ json: { imageIds: range(IMAGES - 200, 200) } }));
    await waitForRefit(client, 1);
    const [fits, predicts]: [number[], number[]] = [[], []];
    const [answers, labelled]: [number[], number[]] = [[], []];
    let isRunning = true;
    const asking = askAgainAndAgain(client, answers, () => isRunning);
    for (let round = 1; round <= ROUNDS; round++) {
      const imageIds = range(LABELLED + round * NEW_LABELS, NEW_LABELS);
      // Classes are dealt out in turns; see makeLibrary.
      for (const imageId of imageIds) {
        const { classId } = classes[set.labels[(imageId - 1) % set.labels.length]!]!;
        const began = performance.now();
        await read(client.api.labels.$post({ json: { imageIds: [imageId], classId } }));
        labelled.push(performance.now() - began);
      }
      const { seconds, validation } = await waitForRefit(client, round + 1);
      fits.push(1000 * seconds!.fit);
      predicts.push(1000 * seconds!.predict!);
      say(`refit ${round}: ${seconds!.fit} s, predictions ${seconds!.predict} s, ${validation!.accuracy}`);
    }
    isRunning = false;
    await asking;
    return {
      refitMs20k: round(medianOf(fits), 0),
      refreshMs100k: round(medianOf(predicts), 0),
      coreP99Ms: round(quantileOf(answers, 0.99), 1),
      labelMs: round(medianOf(labelled), 1),
    };
  } finally {
    await client.close();
  }
}

async function askAgainAndAgain(client: Client, answers: number[], isRunning: () => boolean): Promise<void> {
  while (isRunning()) {
    const began = performance.now();
    await read(client.api.health.$get());
    answers.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}

async function waitForRefit(client: Client, refits: number): Promise<LiveState> {
  for (;;) {
    const state = (await read(client.api.live.$get())) as LiveState;
    if (state.problem !== null) throw new Error(state.problem.detail);
    if (state.phase === 'idle' && state.refits >= refits && state.seconds?.predict !== null) return state;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Image i has the features of row (i − 1) mod n of the set; the first 20,000 are labelled. */
export async function makeLibrary(folder: string, set: ClassFeatures): Promise<void> {
  const library = await openLibrary(folder, { create: true, who: 'a benchmark' });
  const { db } = library;
  const featureKey = featureKeyOf(SPEC);
  ensureFeatureSet(db, { featureKey, spec: SPEC, decoderVersion: DECODER_VERSION, dims: set.inputs });
  db.exec(
    `INSERT INTO roots (root_id, path, name, labels, groups, added_at) VALUES (1, '/r', 'r', '{}', '{}', 0)`,
  );
  db.exec(`INSERT INTO label_batches (batch_id, reader_id, source, at) VALUES (1, 1, 'folder', 0)`);
  const addClass = db.prepare(
    'INSERT INTO classes (class_id, name, folded_name, color, position) VALUES (?, ?, ?, ?, ?)',
  );
  const addImage = db.prepare(
    `INSERT INTO images (image_id, sha256, root_id, path, bytes, width, height, format, pages, sharpness, brightness,
       contrast, saturation, added_at) VALUES (?, ?, 1, ?, 1, 64, 64, 'png', 1, 0, 0, 0, 0, 0)`,
  );
  const addFile = db.prepare(
    'INSERT INTO files (root_id, path, image_id, bytes, modified_ms) VALUES (1, ?, ?, 1, 0)',
  );
  const addEvent = db.prepare(
    `INSERT INTO label_events (event_id, batch_id, image_id, class_id, previous_hash, hash) VALUES (?, 1, ?, ?, '', '')`,
  );
  const addLabel = db.prepare('INSERT INTO labels (image_id, class_id, event_id) VALUES (?, ?, ?)');
  db.transaction(() => {
    for (const [k, name] of set.classNames.entries())
      addClass.run(k + 1, name, name.toLowerCase(), '#888888', k);
    for (const imageId of range(1, IMAGES)) {
      addImage.run(imageId, imageId.toString(16).padStart(64, '0'), `${imageId}.png`);
      addFile.run(`${imageId}.png`, imageId);
      insertFeatureRow(db, featureKey, imageId, imageId - 1);
      if (imageId > LABELLED) continue;
      const classId = set.labels[(imageId - 1) % set.labels.length]! + 1;
      addEvent.run(imageId, imageId, classId);
      addLabel.run(imageId, classId, imageId);
    }
  })();
  library.close();
  await writeFeatures(path.join(folder, 'features', `${featureKey}.f32`), set);
}

async function writeFeatures(file: string, { features, inputs, labels }: ClassFeatures): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'w');
  try {
    for (let left = IMAGES; left > 0; left -= labels.length) {
      const rows = Math.min(left, labels.length);
      await handle.writeFile(new Uint8Array(features.buffer, features.byteOffset, rows * inputs * 4));
    }
  } finally {
    await handle.close();
  }
}

const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);
