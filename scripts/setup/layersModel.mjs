import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How long one file of a publisher may take; the first answer has to come much sooner. */
const FILE_MS = 120_000;
const ANSWER_MS = 8_000;

/**
 * @typedef {{ name: string, shape: number[], dtype: string }} Weight
 * @typedef {{ paths: string[], weights: Weight[] }} Group
 * @typedef {{ name: string, config: unknown }} Layer
 */

/**
 * Turns a layers model of an early Keras converter (one file per layer, classifier included) into the layout
 * in which backbones are kept: `model.json` and `weights.bin`, ending at the last layer before the global
 * average pooling, weights in the order of the layers with the batch-norm statistics last.
 * @param {string} from
 * @param {string} to
 */
export async function convertKerasFolder(from, to) {
  const model = JSON.parse(await readFile(path.join(from, 'model.json'), 'utf8'));
  const bytes = await readWeights(from, model.weightsManifest);
  const { class_name, config } = model.modelTopology.model_config;
  /** @type {Layer[]} */
  const all = config.layers;
  const end = all.findIndex(({ name }) => name.startsWith('global_average_pooling'));
  const layers = end === -1 ? all : all.slice(0, end);
  const last = layers.at(-1);
  if (last === undefined) throw new Error('The model has no layers.');
  const ordered = orderWeights(
    layers.map(({ name }) => name),
    [...bytes.values()].map(({ weight }) => weight),
  );
  const topology = {
    class_name,
    config: { ...config, layers, output_layers: [[last.name, 0, 0]] },
    keras_version: model.modelTopology.keras_version,
    backend: model.modelTopology.backend,
  };
  const manifest = [{ paths: ['weights.bin'], weights: ordered }];
  const parts = ordered.map(({ name }) => bytes.get(name)?.data ?? Buffer.alloc(0));
  await mkdir(to, { recursive: true });
  await writeFile(path.join(to, 'weights.bin'), Buffer.concat(parts));
  const text = JSON.stringify({ format: 'layers-model', modelTopology: topology, weightsManifest: manifest });
  await writeFile(path.join(to, 'model.json'), text);
}

/**
 * The weights of the given layers: trained ones layer by layer, then the running statistics layer by layer.
 * @param {readonly string[]} layers
 * @param {readonly Weight[]} weights
 */
export function orderWeights(layers, weights) {
  const rank = new Map(layers.map((name, index) => [name, index]));
  const rankOf = (/** @type {Weight} */ weight) => rank.get(weight.name.split('/')[0] ?? '') ?? -1;
  const isStatistic = (/** @type {Weight} */ weight) => weight.name.includes('/moving_');
  const kept = weights.filter((weight) => rankOf(weight) >= 0);
  // Sorting is stable: within a layer the order of the file stays.
  return [
    ...kept.filter((weight) => !isStatistic(weight)).sort((a, b) => rankOf(a) - rankOf(b)),
    ...kept.filter(isStatistic).sort((a, b) => rankOf(a) - rankOf(b)),
  ];
}

/** @param {string} folder @param {readonly Group[]} groups */
async function readWeights(folder, groups) {
  /** @type {Map<string, { weight: Weight, data: Buffer }>} */
  const found = new Map();
  for (const group of groups) {
    const files = [];
    for (const name of group.paths) files.push(await readFile(path.join(folder, path.basename(name))));
    const all = Buffer.concat(files);
    let at = 0;
    for (const weight of group.weights) {
      const length = 4 * weight.shape.reduce((product, size) => product * size, 1);
      if (weight.dtype !== 'float32' || at + length > all.length)
        throw new Error(`${weight.name} is damaged.`);
      found.set(weight.name, { weight, data: all.subarray(at, at + length) });
      at += length;
    }
  }
  return found;
}

/**
 * Downloads a TF.js layers model as it is: `model.json` and the files it names beside it.
 * @param {string} address of model.json
 * @param {string} folder
 */
export async function downloadLayersModel(address, folder) {
  const json = await download(address, ANSWER_MS);
  /** @type {{ weightsManifest: Group[] }} */
  const model = JSON.parse(json.toString('utf8'));
  await mkdir(folder, { recursive: true });
  for (const name of model.weightsManifest.flatMap((group) => group.paths)) {
    if (path.basename(name) !== name) throw new Error('The model names files outside its folder.');
    await writeFile(path.join(folder, name), await download(new URL(name, address).href, FILE_MS));
  }
  await writeFile(path.join(folder, 'model.json'), json);
}

/** @param {string} address @param {number} timeoutMs */
async function download(address, timeoutMs) {
  let response;
  try {
    response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    throw new Error('its address cannot be reached');
  }
  if (!response.ok) throw new Error(`its address answers ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
