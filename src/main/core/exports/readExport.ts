import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { BACKBONE_NAMES } from '../../../shared/backbones.ts';
import { FoveaError } from '../../../shared/errors.ts';
import type { WeightTensor } from '../features/layersModel.ts';
import { RawLayer } from '../features/parseLayers.ts';
import { cutWeights, WeightManifest } from '../features/weightManifest.ts';
import { translateFileError } from '../files/fileErrors.ts';
import type { Head } from '../training/head.ts';
import { readManifest, verifyFiles } from './manifest.ts';
import { readHead } from './readHead.ts';

const MAX_JSON_BYTES = 5 * 2 ** 20;
const NEEDED = ['card.json', 'model.json', 'weights.bin'];

const Side = v.pipe(v.number(), v.integer(), v.minValue(32), v.maxValue(1024));
const Card = v.object({
  format: v.literal(1),
  modelId: v.string(),
  name: v.string(),
  decoderVersion: v.string(),
  classes: v.pipe(
    v.array(v.object({ name: v.string(), color: v.string() })),
    v.minLength(1),
    v.maxLength(10_000),
  ),
  recipe: v.union([
    v.object({
      features: v.object({ backbone: v.picklist(BACKBONE_NAMES), width: v.number(), resolution: Side }),
    }),
    v.object({ resolution: Side }),
  ]),
});

const ModelJson = v.object({
  modelTopology: v.object({
    config: v.object({ layers: v.pipe(v.array(RawLayer), v.minLength(2), v.maxLength(2000)) }),
  }),
  weightsManifest: v.pipe(WeightManifest, v.maxLength(1)),
});

/** What the studio needs to know of an exported model's card. */
export type ExportedCard = v.InferOutput<typeof Card>;

/** An exported model, read back. */
export interface ExportedModel {
  readonly card: ExportedCard;
  /** Gives calibrated logits: the temperature is in its weights, so use 1. */
  readonly head: Head;
  /** A TF.js layers model whose part before the pooling layer is the backbone; give it to `prepareExportedGraph`. */
  readonly backboneFolder: string;
}

/**
 * Reads a folder that `exportWeb` wrote, after checking it against its manifest. Throws `not_found`,
 * `unsupported` when it is not an export, `corrupt` when a file was changed.
 */
export async function readExport(folder: string): Promise<ExportedModel> {
  const manifest = await openManifest(folder);
  await verifyFiles(folder, manifest, NEEDED);
  const card = parse(Card, await readJson(folder, 'card.json'), folder);
  const { modelTopology, weightsManifest } = parse(ModelJson, await readJson(folder, 'model.json'), folder);
  const weights = new Map<string, WeightTensor>();
  for (const group of weightsManifest) {
    if (group.paths.join() !== 'weights.bin') throw foreign(folder);
    cutWeights(group, await readFile(path.join(folder, 'weights.bin')), folder, weights);
  }
  const head = readHead(modelTopology.config.layers, weights, folder);
  if (head.classes !== card.classes.length) throw foreign(folder);
  return { card, head, backboneFolder: folder };
}

async function openManifest(folder: string) {
  const facts = await lstat(folder).catch((error: unknown) => {
    throw translateFileError(error, folder);
  });
  const manifest = facts.isDirectory() ? await readManifest(folder) : null;
  if (manifest === null) throw foreign(folder);
  return manifest;
}

async function readJson(folder: string, name: string): Promise<unknown> {
  const file = path.join(folder, name);
  const { size } = await lstat(file);
  if (size > MAX_JSON_BYTES) throw foreign(folder);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch {
    throw foreign(folder);
  }
}

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  folder: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw foreign(folder);
  return parsed.output;
}

function foreign(folder: string): FoveaError {
  return new FoveaError('unsupported', 'This folder is not a model that Fovea Studio exported.', {
    subject: folder,
    todo: 'Choose a folder that was written by "fovea export".',
  });
}
