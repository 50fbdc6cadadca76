import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import type { ModelCard } from '../../../shared/training.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { replaceFolderAtomic, writeFileAtomic } from '../files/writeAtomic.ts';
import type { LayersModelFiles } from '../exports/layersJson.ts';
import type { Head } from './head.ts';
import { readHeadModel, writeHeadModel } from './headModel.ts';

/** The files of a model beside its manifest; nothing else is read, so no name in a manifest can lead elsewhere. */
const FILES = ['model.json', 'weights.bin', 'card.json'] as const;
/** Those of a model's own network, where it has one. */
const NETWORK_FOLDER = 'network';
const NETWORK_FILES = ['network/model.json', 'network/weights.bin'] as const;
const MANIFEST = 'manifest.json';
const MAX_MANIFEST_BYTES = 64 * 1024;
/** A head of 10,000 classes on 4,096 features is 160 MB. */
const MAX_FILE_BYTES = 512 * 2 ** 20;

const Entry = v.strictObject({
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_FILE_BYTES)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
const Manifest = v.strictObject({
  format: v.literal('fovea-model'),
  version: v.literal(1),
  files: v.strictObject({
    ...{ 'model.json': Entry, 'weights.bin': Entry, 'card.json': Entry },
    ...{ 'network/model.json': v.optional(Entry), 'network/weights.bin': v.optional(Entry) },
  }),
});
type Manifest = v.InferOutput<typeof Manifest>;

const Card = v.looseObject({
  format: v.literal(1),
  modelId: v.string(),
  classes: v.pipe(v.array(v.looseObject({ name: v.string() })), v.minLength(2)),
  temperature: v.pipe(v.number(), v.gtValue(0), v.finite()),
  recipe: v.looseObject({ name: v.string() }),
  network: v.optional(v.looseObject({ sha256: v.string(), dims: v.number() })),
});

export interface StoredModel {
  readonly card: ModelCard;
  /** Gives logits before `card.temperature`. */
  readonly head: Head;
}

/** Where a model keeps the network that it was trained with, when `card.network` says that it has one. */
export const networkFolder = (modelFolder: string): string => path.join(modelFolder, NETWORK_FOLDER);

/**
 * Writes a model into `folder` (`models/<id>`): `model.json` and `weights.bin` (TF.js layers model of the head,
 * calibrated), `card.json`, and `manifest.json` with the SHA-256 of each. All or nothing.
 * Throws `conflict` when the folder is there already (a model never changes), `no_space`, `unreadable`.
 */
export async function saveModel(
  folder: string,
  { card, head, network }: StoredModel & { readonly network?: LayersModelFiles },
): Promise<{ readonly bytes: number }> {
  if (existsSync(folder)) {
    throw new FoveaError('conflict', 'There is a model of this name already; models never change.', {
      subject: path.basename(folder),
      todo: 'Train again: the new model gets a name of its own.',
    });
  }
  const { json, weights } = writeHeadModel(head, card.temperature);
  const contents: Readonly<Record<string, Uint8Array>> = {
    'model.json': Buffer.from(json),
    'weights.bin': weights,
    'card.json': Buffer.from(`${JSON.stringify(card, null, 2)}\n`),
    ...(network === undefined
      ? {}
      : { 'network/model.json': Buffer.from(network.json), 'network/weights.bin': network.weights }),
  };
  const files = Object.fromEntries(
    Object.entries(contents).map(([name, content]) => [
      name,
      { bytes: content.byteLength, sha256: hashOf(content) },
    ]),
  ) as Manifest['files'];
  const manifest: Manifest = { format: 'fovea-model', version: 1, files };
  const manifestBytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  await replaceFolderAtomic(folder, async (temporary) => {
    if (network !== undefined) await mkdir(networkFolder(temporary));
    for (const [name, content] of Object.entries(contents)) {
      await writeFileAtomic(path.join(temporary, name), content);
    }
    await writeFileAtomic(path.join(temporary, MANIFEST), manifestBytes);
  });
  const bytes = Object.values(contents).reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { bytes: bytes + manifestBytes.byteLength };
}

/**
 * Reads a model after checking every byte of it against its manifest, and its parts against each other.
 * Throws `not_found` when there is none, `corrupt` when anything in it was changed or damaged.
 */
export async function loadModel(folder: string): Promise<StoredModel> {
  const manifest = await readManifest(folder);
  const contents = new Map<string, Buffer>();
  for (const name of FILES) contents.set(name, await readChecked(folder, name, manifest.files[name]));
  for (const name of NETWORK_FILES) {
    const entry = manifest.files[name];
    if (entry !== undefined) await readChecked(folder, name, entry);
  }
  try {
    const card = JSON.parse(contents.get('card.json')!.toString('utf8')) as unknown;
    const { temperature, classes, network } = v.parse(Card, card);
    const json = contents.get('model.json')!.toString('utf8');
    const head = readHeadModel(json, contents.get('weights.bin')!, temperature, folder);
    if (head.classes !== classes.length) throw new Error('The card and the head name different classes.');
    const isThere = NETWORK_FILES.every((name) => manifest.files[name] !== undefined);
    if ((network !== undefined) !== isThere) throw new Error('The network is not the one of the card.');
    return { card: card as ModelCard, head };
  } catch (error) {
    throw damaged(folder, 'Its files do not fit each other.', error);
  }
}

async function readManifest(folder: string): Promise<Manifest> {
  const facts = await lstat(folder).catch((error: unknown) => {
    throw translateFileError(error, folder);
  });
  try {
    if (!facts.isDirectory()) throw new Error('not a folder');
    const text = (await readBounded(folder, MANIFEST, MAX_MANIFEST_BYTES)).toString('utf8');
    return v.parse(Manifest, JSON.parse(text));
  } catch (error) {
    throw damaged(folder, 'Its manifest is missing or cannot be understood.', error);
  }
}

async function readChecked(
  folder: string,
  name: string,
  expected: v.InferOutput<typeof Entry>,
): Promise<Buffer> {
  let content: Buffer;
  try {
    content = await readBounded(folder, name, expected.bytes);
  } catch (error) {
    throw damaged(folder, `Its file ${name} is missing or is too large.`, error);
  }
  if (content.byteLength !== expected.bytes || hashOf(content) !== expected.sha256) {
    throw damaged(folder, `Its file ${name} is not the one that was saved.`);
  }
  return content;
}

/** Reads a plain file, never through a link. */
async function readBounded(folder: string, name: string, limit: number): Promise<Buffer> {
  const file = path.join(folder, name);
  const facts = await lstat(file);
  if (!facts.isFile() || facts.size > limit)
    throw damaged(folder, `Its file ${name} is not a file of its size.`);
  return readFile(file);
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function damaged(folder: string, why: string, cause?: unknown): FoveaError {
  return new FoveaError('corrupt', `The stored model is damaged. ${why}`, {
    subject: path.basename(folder),
    todo: 'Restore the library from a backup, or train again; other models are not affected.',
    cause,
  });
}
