import { readFile, rename, truncate, writeFile, appendFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashLayersModel, readLayersModel } from '../../src/main/core/features/readLayersModel.ts';
import { drawBackbone } from '../support/drawBackbone.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

interface ModelJson {
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

describe('a layers-model folder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = path.join(await makeTemporaryFolder(), 'model');
    await drawBackbone(folder, 64, 'two files');
  });
  const weightsFile = (): string => path.join(folder, 'weights.bin');
  const editJson = async (edit: (json: ModelJson) => void): Promise<void> => {
    const file = path.join(folder, 'model.json');
    const json = JSON.parse(await readFile(file, 'utf8')) as ModelJson;
    edit(json);
    await writeFile(file, JSON.stringify(json));
  };

  it('is read whole, with one hash however it is read', async () => {
    const model = await readLayersModel(folder);
    expect(model.dims).toBe(24);
    expect(model.layers.map((layer) => layer.kind).filter((kind) => kind === 'batchNorm')).toHaveLength(8);
    expect(model.sha256).toBe(await hashLayersModel(folder));
  });

  it('has another hash when one byte of the weights differs', async () => {
    const before = await hashLayersModel(folder);
    const bytes = await readFile(weightsFile());
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(weightsFile(), bytes);
    expect(await hashLayersModel(folder)).not.toBe(before);
  });

  it('is refused when its weights are truncated or over-long', async () => {
    await appendFile(weightsFile(), new Uint8Array(4));
    await expect(readLayersModel(folder)).rejects.toMatchObject({ code: 'corrupt' });
    await truncate(weightsFile(), (await readFile(weightsFile())).length - 8);
    await expect(readLayersModel(folder)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it.each([NaN, Infinity])('is refused when a weight is %s', async (value) => {
    const bytes = await readFile(weightsFile());
    bytes.writeFloatLE(value, 400);
    await writeFile(weightsFile(), bytes);
    await expect(readLayersModel(folder)).rejects.toMatchObject({ code: 'corrupt', subject: folder });
  });

  it.each(['../weights.bin', '..', '.hidden', 'a/b', 'a\\b', '/etc/hostname', 'C:weights.bin', ''])(
    'is refused when it names the weight file %j',
    async (name) => {
      await rename(weightsFile(), path.join(folder, '..', 'weights.bin'));
      await editJson((json) => (json.weightsManifest[0]!.paths = [name]));
      await expect(readLayersModel(folder)).rejects.toMatchObject({ code: 'corrupt' });
      await expect(hashLayersModel(folder)).rejects.toMatchObject({ code: 'corrupt' });
    },
  );

  it.each<[string, string, (json: ModelJson) => void]>([
    ['a weight is missing', 'corrupt', (json) => (json.weightsManifest[0]!.weights[0]!.name = 'other')],
    ['a size is zero', 'unsupported', (json) => (json.weightsManifest[0]!.weights[0]!.shape[0] = 0)],
    [
      'weights are quantised',
      'unsupported',
      (json) => (json.weightsManifest[0]!.weights[0]!.dtype = 'uint8'),
    ],
    ['a layer is of another kind', 'unsupported', (json) => (layer(json, 3).class_name = 'Lambda')],
    ['a convolution is dilated', 'unsupported', (json) => (layer(json, 2).config['dilation_rate'] = [2, 2])],
    ['an activation is unknown', 'unsupported', (json) => (layer(json, 2).config['activation'] = 'tanh')],
    ['layers come in a wrong order', 'corrupt', (json) => json.modelTopology.config.layers.reverse()],
  ])('is refused when %s', async (_what, code, edit) => {
    await editJson(edit);
    await expect(readLayersModel(folder)).rejects.toMatchObject({ code });
  });

  it('is refused when model.json is no JSON, too large or missing', async () => {
    const file = path.join(folder, 'model.json');
    await writeFile(file, '{"modelTopology":');
    await expect(readLayersModel(folder)).rejects.toMatchObject({ code: 'corrupt' });
    await writeFile(file, ' '.repeat(5 * 2 ** 20 + 1));
    await expect(readLayersModel(folder)).rejects.toMatchObject({ code: 'corrupt' });
    await rename(file, path.join(folder, 'other.json'));
    await expect(readLayersModel(folder)).rejects.toMatchObject({ code: 'not_found' });
  });
});

function layer(json: ModelJson, index: number): ModelJson['modelTopology']['config']['layers'][number] {
  return json.modelTopology.config.layers[index]!;
}
