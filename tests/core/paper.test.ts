import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { deserialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { countSimpleCnn } from '../../src/main/core/paper/paperFigures.ts';
import { buildSimpleCnn, trainSimpleCnn, type CnnOptions } from '../../src/main/core/paper/simpleCnn.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import { loadEngine } from '../../src/main/core/training/engines.ts';
import type { PaperResult } from '../../src/shared/paper.ts';
import '../support/backbones.ts';
import { drawClassFolders } from '../support/drawImages.ts';
import { presentEngines } from '../support/engines.ts';
import { importFolder } from '../support/importFolder.ts';
import { sharedModels } from '../support/shared.ts';
import { makeStudio, read, resultOf } from '../support/studio.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const hasNative = presentEngines.includes('tfjs-node');

describe.skipIf(!hasNative)('Simple_CNN', () => {
  it('has the parameters of the paper, table III', async () => {
    const { tf } = await loadEngine('tfjs-node');
    expect(countSimpleCnn(8)).toBe(670_056);
    for (const classes of [2, 8, 10]) {
      const model = buildSimpleCnn(tf, classes, 1);
      expect(model.countParams()).toBe(countSimpleCnn(classes));
      model.dispose();
    }
  });

  it('goes on after an epoch to the weights that it would have had', async () => {
    const { tf } = await loadEngine('tfjs-node');
    const folder = await makeTemporaryFolder();
    const random = createRandom(3);
    const labels = Int32Array.from({ length: 10 }, (_, i) => i % 2);
    const size = 160 * 160 * 3;
    const pixels = Uint8Array.from({ length: 10 * size }, (_, i) =>
      random.int(labels[Math.floor(i / size)] === 0 ? 128 : 256),
    );
    const data = {
      pixels,
      labels,
      classes: 2,
      train: Uint32Array.of(0, 1, 2, 3, 4, 5),
      test: Uint32Array.of(6, 7),
    };
    const run = (epochs: number, file: string) => {
      const checkpointFile = path.join(folder, file);
      const { signal } = new AbortController();
      const options: CnnOptions = { epochs, seed: 1, checkpointFile, signal, onProgress: () => undefined };
      return trainSimpleCnn(tf, data, options);
    };
    const whole = await run(3, 'whole');
    await run(1, 'parts');
    const rest = await run(3, 'parts');
    expect(rest.curve).toEqual(whole.curve);
    expect(whole.curve).toHaveLength(3);
    // Names of the optimiser's moments count up in a process; weights do not depend on them.
    const weightsIn = async (file: string) => {
      const state = deserialize(await readFile(path.join(folder, file))) as {
        weights: { values: Float32Array }[];
      };
      return state.weights.map(({ values }) =>
        Buffer.from(values.buffer, values.byteOffset, values.byteLength),
      );
    };
    const [first, second] = [await weightsIn('parts'), await weightsIn('whole')];
    expect(first).toHaveLength(12);
    expect(first.every((bytes, i) => bytes.equals(second[i]!))).toBe(true);
  });
});

describe.skipIf(sharedModels === null || !hasNative)('the paper’s comparison', () => {
  it('trains the three networks by both splits, and goes on where it was interrupted', async () => {
    const folder = await makeTemporaryFolder();
    await drawClassFolders(path.join(folder, 'images'), { Tumour: 15, Stroma: 15 });
    const test = await makeStudio();
    await importFolder(test, path.join(folder, 'images'), {
      groups: { kind: 'regex', pattern: '(P\\d+)_' },
    });
    const outDir = path.join(folder, 'out');
    const run = async (): Promise<PaperResult> => {
      const json = { outDir, epochsScale: 0.02, seeds: 1, withEffects: false };
      const { jobId } = await read(test.api.papers.$post({ json }));
      return (await resultOf<{ result: PaperResult }>(test.studio, jobId)).result;
    };
    const first = await run();
    expect(first.networks.map(({ name }) => name)).toEqual(['Simple_CNN', 'MobileNetV1', 'MobileNetV2']);
    expect(first.grouped).toBe(true);
    for (const network of first.networks) {
      expect(network.runs.map(({ split }) => split)).toEqual(['random', 'grouped']);
      expect(network.runs[0]!.images.train + network.runs[0]!.images.test).toBe(30);
    }
    expect(first.networks[2]!.runs[0]!.accuracy).toBeGreaterThan(0.8);
    expect(first.notes.join(' ')).toMatch(/for 1 of its 50 epochs/);
    const page = await readFile(path.join(outDir, 'paper.html'), 'utf8');
    expect(page).toContain('as published');
    expect(page).not.toMatch(/<script|https?:/);

    const pieces = path.join(outDir, 'pieces', (await readdir(path.join(outDir, 'pieces')))[0]!);
    const files = (await readdir(pieces)).filter((name) => name.endsWith('.json'));
    expect(files).toHaveLength(6);
    const lost = files.find((name) => name.startsWith('mobilenet_v2'))!;
    await rm(path.join(pieces, lost));
    const second = await run();
    const figures = ({ networks }: PaperResult) =>
      networks.map(({ runs }) => runs.map(({ accuracy }) => accuracy));
    expect(figures(second)).toEqual(figures(first));
    expect(second.networks[0]).toEqual(first.networks[0]);
  });
});
