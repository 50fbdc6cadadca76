/**
 * Makes src/main/core/features/knownAnswers.json from trusted backbones, by TF.js on its plain CPU backend:
 * node tests/reference/makeKnownAnswers.ts FOLDER_OF_BACKBONES
 */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { summariseFeatures } from '../../src/main/core/features/knownAnswers.ts';
import { drawKnownInput, KNOWN_INPUT_SIDE } from '../../src/main/core/features/knownInput.ts';
import { loadReference, referenceFeatures } from '../support/tfjsFeatures.ts';

const source = process.argv[2];
if (source === undefined) throw new Error('Name the folder of backbones.');
const answers: Record<string, unknown> = {};
for (const name of (await readdir(source)).sort()) {
  const parts = /^(mobilenet_v[12])_(\d\.\d+)_224$/.exec(name);
  if (parts === null) continue;
  const model = await loadReference(path.join(source, name), KNOWN_INPUT_SIDE, 'cpu');
  const features = await referenceFeatures(model, drawKnownInput(), 1, KNOWN_INPUT_SIDE);
  answers[`${parts[1]}_${Number(parts[2])}`] = summariseFeatures(features);
}
const target = new URL('../../src/main/core/features/knownAnswers.json', import.meta.url);
await writeFile(target, `${JSON.stringify(answers, null, 2)}\n`);
