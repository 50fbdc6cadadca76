import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../../src/main/core/files/cacheFolder.ts';
import { writeFileAtomic } from '../../src/main/core/files/writeAtomic.ts';
import { DECODER_VERSION } from '../../src/main/core/images/decoderVersion.ts';
import type { BackboneName } from '../../src/shared/backbones.ts';
import { computeClassFeatures, type ClassFeatures } from '../support/classFeatures.ts';
import { sharedData, sharedDir, sharedModels } from '../support/shared.ts';
import { say } from './benchmark.ts';

/** The real sets on whose features recipes are compared. */
export type SetName = 'colorectal_histology_gray128' | 'eurosat';

/**
 * Features of a real image set, kept between runs in the person's cache; null where the set or the backbones do not
 * lie beside the project.
 */
export async function findSetFeatures(name: SetName, backbone: BackboneName): Promise<ClassFeatures | null> {
  if (sharedDir === null || sharedModels === null) return null;
  const folder = sharedData(name);
  const file = path.join(cacheFolder(), 'bench', `${name}-${backbone}-${await fingerprint(folder)}`);
  const kept = await readKept(file);
  if (kept !== null) return kept;
  say(`Computing features of ${name} by ${backbone} …`);
  const computed = await computeClassFeatures(folder, backbone);
  const { features, inputs, labels, classNames } = computed;
  await writeFileAtomic(
    `${file}.f32`,
    new Uint8Array(features.buffer, features.byteOffset, features.byteLength),
  );
  await writeFileAtomic(`${file}.json`, JSON.stringify({ inputs, classNames, labels: Array.from(labels) }));
  return computed;
}

async function readKept(file: string): Promise<ClassFeatures | null> {
  const text = await readFile(`${file}.json`, 'utf8').catch(() => null);
  const bytes = await readFile(`${file}.f32`).catch(() => null);
  if (text === null || bytes === null) return null;
  const { inputs, classNames, labels } = JSON.parse(text) as {
    inputs: number;
    classNames: string[];
    labels: number[];
  };
  if (bytes.length !== labels.length * inputs * 4) return null;
  const features = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { features, inputs, labels: Int32Array.from(labels), classNames };
}

/** Changes with the list of files and with how pixels are made. */
async function fingerprint(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).sort();
  return createHash('sha256')
    .update(`${DECODER_VERSION}\n${names.join('\n')}`)
    .digest('hex')
    .slice(0, 12);
}
