import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom } from '../../src/main/core/math/random.ts';
import { loadEngine } from '../../src/main/core/training/engines.ts';
import { predictProbabilities, type Head } from '../../src/main/core/training/head.ts';
import { loadModel, saveModel } from '../../src/main/core/training/modelFiles.ts';
import type { ModelCard } from '../../src/shared/training.ts';
import { drawHead } from '../support/drawModel.ts';
import { drawCard } from '../support/drawReport.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const INPUTS = 30;
const CLASSES = ['tumour', 'stroma', 'fat'];

const card: ModelCard = { ...drawCard(CLASSES), temperature: 1.87 };
const head: Head = drawHead(INPUTS, CLASSES.length);

async function saveSample(): Promise<{ parent: string; folder: string; bytes: number }> {
  const parent = await makeTemporaryFolder();
  const folder = path.join(parent, 'models', 'm-1');
  const { bytes } = await saveModel(folder, { card, head });
  return { parent, folder, bytes };
}

function drawFeatures(n: number): Float32Array {
  const random = createRandom(9);
  return Float32Array.from({ length: n * INPUTS }, () => random.normal() * 2);
}

/** Writes a file of the model and makes the manifest agree, as only someone who means it would. */
async function forge(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path.join(folder, name), content);
  const file = path.join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { files: Record<string, unknown> };
  const bytes = Buffer.from(content);
  manifest.files[name] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  await writeFile(file, JSON.stringify(manifest));
}

describe('a stored model', () => {
  it('comes back with the same card and the same predictions', async () => {
    const { folder, bytes } = await saveSample();
    const loaded = await loadModel(folder);
    expect(loaded.card).toEqual(card);
    const features = drawFeatures(200);
    const before = predictProbabilities(head, card.temperature, features, 200);
    const after = predictProbabilities(loaded.head, loaded.card.temperature, features, 200);
    expect(Math.max(...before.map((value, i) => Math.abs(value - after[i]!)))).toBeLessThan(1e-6);
    expect((await readdir(folder)).sort()).toEqual([
      'card.json',
      'manifest.json',
      'model.json',
      'weights.bin',
    ]);
    const sizes = await Promise.all((await readdir(folder)).map((name) => readFile(path.join(folder, name))));
    expect(sizes.reduce((sum, { length }) => sum + length, 0)).toBe(bytes);
  });

  it('is a layers model that TensorFlow.js reads, with calibrated probabilities', async () => {
    const { folder } = await saveSample();
    const { tf } = await loadEngine('wasm');
    const json = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')) as {
      modelTopology: object;
      weightsManifest: { weights: [] }[];
    };
    const weightData = new Uint8Array(await readFile(path.join(folder, 'weights.bin'))).buffer;
    const model = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0]!.weights,
        weightData,
      }),
    );
    const features = drawFeatures(50);
    const said = tf.tidy(() => {
      const output = model.predict(tf.tensor2d(features, [50, INPUTS]));
      return Float32Array.from((Array.isArray(output) ? output[0]! : output).dataSync());
    });
    const expected = predictProbabilities(head, card.temperature, features, 50);
    expect(Math.max(...said.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5);
    model.dispose();
  });

  it('never changes: a second one under its name is refused and the first is kept', async () => {
    const { folder } = await saveSample();
    await expect(saveModel(folder, { card, head })).rejects.toMatchObject({ code: 'conflict' });
    expect((await loadModel(folder)).card.modelId).toBe(card.modelId);
  });

  it.each<[string, (folder: string) => Promise<unknown>]>([
    ['a changed weight', (f) => flipByte(path.join(f, 'weights.bin'))],
    ['a changed card', (f) => flipByte(path.join(f, 'card.json'))],
    ['weights that are cut short', (f) => writeFile(path.join(f, 'weights.bin'), new Uint8Array(8))],
    ['weights that are too long', (f) => writeFile(path.join(f, 'weights.bin'), 'x', { flag: 'a' })],
    ['a missing file', (f) => rm(path.join(f, 'model.json'))],
    ['a missing manifest', (f) => rm(path.join(f, 'manifest.json'))],
    ['a manifest that is not JSON', (f) => writeFile(path.join(f, 'manifest.json'), '{')],
    ['a name that leaves the folder', (f) => forge(f, '../../outside.bin', 'x')],
    ['a link in place of a file', (f) => replaceByLink(f, 'weights.bin')],
    ['forged weights that are not numbers', forgeNan],
    ['forged weights of another size', (f) => forge(f, 'weights.bin', new Uint8Array(4000))],
    ['a forged card of other classes', (f) => forge(f, 'card.json', JSON.stringify(drawCard(['a', 'b'])))],
  ])('with %s is refused as damaged', async (_, spoil) => {
    const { folder } = await saveSample();
    await spoil(folder);
    await expect(loadModel(folder)).rejects.toMatchObject({
      code: 'corrupt',
      subject: 'm-1',
      message: expect.stringMatching(/^The stored model is damaged\. \S/) as string,
    });
  });

  it('that is not there is not found', async () => {
    const folder = path.join(await makeTemporaryFolder(), 'models', 'none');
    await expect(loadModel(folder)).rejects.toMatchObject({ code: 'not_found' });
  });

  it.skipIf(!canMount())('leaves nothing behind when the disk is full', async () => {
    const disk = await makeTemporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', [disk]));
    const folder = path.join(disk, 'models', 'm-1');
    const large = drawHead(1280, CLASSES.length);
    await expect(saveModel(folder, { card, head: large })).rejects.toMatchObject({ code: 'no_space' });
    expect(await readdir(path.join(disk, 'models'))).toEqual([]);
  });
});

async function flipByte(file: string): Promise<void> {
  const content = await readFile(file);
  content[content.length >> 1]! ^= 1;
  await writeFile(file, content);
}

async function replaceByLink(folder: string, name: string): Promise<void> {
  const aside = path.join(folder, '..', 'aside');
  await mkdir(aside, { recursive: true });
  await rename(path.join(folder, name), path.join(aside, name));
  await symlink(path.join(aside, name), path.join(folder, name));
}

async function forgeNan(folder: string): Promise<void> {
  const content = await readFile(path.join(folder, 'weights.bin'));
  content.writeFloatLE(Number.NaN, 40);
  await forge(folder, 'weights.bin', content);
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
