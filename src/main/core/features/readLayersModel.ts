import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { translateFileError } from '../files/fileErrors.ts';
import type { BackboneLayer, BackboneModel, WeightTensor } from './layersModel.ts';
import { parseLayer, RawLayer, unsupported } from './parseLayers.ts';
import { cutWeights, damaged, requirePlainName, WeightManifest } from './weightManifest.ts';

const MAX_JSON_BYTES = 5 * 2 ** 20;
const MAX_WEIGHT_BYTES = 200 * 2 ** 20;

const Topology = v.object({
  class_name: v.picklist(['Model', 'Functional']),
  config: v.object({
    layers: v.pipe(v.array(RawLayer), v.minLength(2), v.maxLength(2000)),
    output_layers: v.tuple([v.looseTuple([v.string()])]),
  }),
});
const ModelJson = v.object({
  modelTopology: v.union([
    v.pipe(
      v.object({ model_config: Topology }),
      v.transform((t) => t.model_config),
    ),
    Topology,
  ]),
  weightsManifest: WeightManifest,
});

/**
 * Reads a TF.js layers-model folder (`model.json` and the weight files it names) into layers and weights, up
 * to the global average pooling where a classifier begins.
 * Every byte is accounted for before it is used. Throws `not_found`, `corrupt` (truncated, over-long, not
 * finite, a name that leaves the folder) or `unsupported` (a layer that no MobileNet has).
 */
export async function readLayersModel(folder: string): Promise<BackboneModel> {
  const hash = createHash('sha256');
  const jsonPath = path.join(folder, 'model.json');
  const json = await readBounded(jsonPath, MAX_JSON_BYTES, folder);
  hash.update(json);
  const { modelTopology, weightsManifest } = parseModelJson(json, folder);
  const weights = new Map<string, WeightTensor>();
  for (const group of weightsManifest) {
    const parts: Buffer[] = [];
    for (const name of group.paths) {
      requirePlainName(name, folder);
      const bytes = await readBounded(path.join(folder, name), MAX_WEIGHT_BYTES, folder);
      hash.update(bytes);
      parts.push(bytes);
    }
    cutWeights(group, parts.length === 1 ? parts[0]! : Buffer.concat(parts), folder, weights);
  }
  const { layers, output } = cutClassifier(modelTopology, folder);
  const parsed = layers.map((layer) => parseLayer(layer, weights, folder));
  requireOrder(parsed, output, folder);
  return { folder, layers: parsed, output, dims: countChannels(parsed, output), sha256: hash.digest('hex') };
}

/**
 * SHA-256 of the model.json and weight files of a layers-model folder, the same as `readLayersModel` gives,
 * read in pieces so that the caller's thread stays responsive. Throws as `readLayersModel` does.
 */
export async function hashLayersModel(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const json = await readBounded(path.join(folder, 'model.json'), MAX_JSON_BYTES, folder);
  hash.update(json);
  for (const group of parseModelJson(json, folder).weightsManifest) {
    for (const name of group.paths) {
      requirePlainName(name, folder);
      try {
        const handle = await open(path.join(folder, name), 'r');
        for await (const piece of handle.createReadStream({ highWaterMark: 2 ** 20 })) hash.update(piece);
      } catch (error) {
        throw translateFileError(error, path.join(folder, name));
      }
    }
  }
  return hash.digest('hex');
}

function parseModelJson(json: Uint8Array, folder: string): v.InferOutput<typeof ModelJson> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw damaged(folder, 'model.json is not JSON.');
  }
  const parsed = v.safeParse(ModelJson, value);
  if (!parsed.success) {
    const where = v.getDotPath(parsed.issues[0]) ?? 'its top';
    throw unsupported(folder, `model.json is not a layers model of float32 weights (see ${where}).`);
  }
  return parsed.output;
}

/** Keeps the layers up to the input of the first global average pooling, or all when there is none. */
function cutClassifier(
  topology: v.InferOutput<typeof Topology>,
  folder: string,
): { layers: readonly RawLayer[]; output: string } {
  const { layers, output_layers } = topology.config;
  const at = layers.findIndex((layer) => layer.class_name.startsWith('GlobalAveragePooling'));
  if (at < 0) return { layers, output: output_layers[0][0] };
  const before = layers[at]?.inbound_nodes[0]?.[0];
  if (before === undefined) throw damaged(folder, 'The pooling layer has no input.');
  return { layers: layers.slice(0, at), output: before };
}

function requireOrder(layers: readonly BackboneLayer[], output: string, folder: string): void {
  const seen = new Set<string>();
  for (const layer of layers) {
    const wanted = layer.kind === 'input' ? 0 : layer.kind === 'add' ? 2 : 1;
    const isComplete = layer.inputs.length === wanted && layer.inputs.every((name) => seen.has(name));
    if (!isComplete || seen.has(layer.name))
      throw damaged(folder, `The layer ${layer.name} is wired wrongly.`);
    seen.add(layer.name);
  }
  if (!seen.has(output)) throw damaged(folder, 'The output layer is missing.');
}

/** Channels of a layer's output. */
export function countChannels(layers: readonly BackboneLayer[], output: string): number {
  const channels = new Map<string, number>();
  for (const layer of layers) {
    const before = channels.get(layer.inputs[0] ?? '') ?? 3;
    const shape = 'kernel' in layer ? layer.kernel.shape : [];
    if (layer.kind === 'convolution') channels.set(layer.name, shape[3] ?? 0);
    else if (layer.kind === 'depthwise') channels.set(layer.name, before * (shape[3] ?? 0));
    else channels.set(layer.name, before);
  }
  return channels.get(output) ?? 0;
}

async function readBounded(file: string, limit: number, folder: string): Promise<Buffer> {
  try {
    const facts = await stat(file);
    if (!facts.isFile() || facts.size > limit) throw damaged(folder, `${path.basename(file)} is too large.`);
    return await readFile(file);
  } catch (error) {
    throw translateFileError(error, file);
  }
}
