import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PaperResult } from '../../src/shared/paper.ts';
import '../support/backbones.ts';
import { drawClassFolders } from '../support/drawImages.ts';
import { presentEngines } from '../support/engines.ts';
import { importFolder } from '../support/importFolder.ts';
import { sharedModels } from '../support/shared.ts';
import { makeStudio, read, resultOf } from '../support/studio.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const hasNative = presentEngines.includes('tfjs-node');

describe.skipIf(sharedModels === null || !hasNative)('the paper’s comparison', { timeout: 240_000 }, () => {
  it('trains the three networks by both splits, and goes on where it was interrupted', async () => {
    const folder = await makeTemporaryFolder();
    await drawClassFolders(path.join(folder, 'images'), { Tumour: 15, Stroma: 15 });
    const test = await makeStudio();
    await importFolder(test, path.join(folder, 'images'), {
      groups: { kind: 'regex', pattern: '(P\\d+)_' },
    });
    const outDir = path.join(test.library, 'reports', 'paper');
    expect(await read(test.api.papers.$get())).toEqual({ madeAt: null });
    expect((await test.api.papers.html.$get()).status).toBe(404);
    const run = async (): Promise<PaperResult> => {
      const json = { epochsScale: 0.02, seeds: 1, withEffects: false };
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
    expect(await (await test.api.papers.html.$get()).text()).toBe(page);
    expect((await read(test.api.papers.$get())).madeAt).not.toBeNull();
    expect(page).toContain('as published');
    expect(page).not.toMatch(/<script|https?:/);
    // Both classes of each network, with picture and map; the 20 % are looked at after each epoch.
    expect(first.networks[1]!.saliency.map(({ className }) => className)).toEqual(['Stroma', 'Tumour']);
    expect(page.match(/data:image\/jpeg/g)!.length).toBe(
      2 * first.networks.reduce((sum, { saliency }) => sum + saliency.length, 0),
    );
    for (const { runs } of first.networks) {
      expect(runs[0]!.curve.at(-1)!.validationAccuracy).toBeCloseTo(runs[0]!.accuracy, 9);
    }
    expect(first.map!.points).toHaveLength(30);
    expect(first.map!.points.flat().every(Number.isFinite)).toBe(true);
    expect(page.match(/<circle[^>]*r="2.2"/g)).toHaveLength(30);

    const pieces = path.join(outDir, 'pieces', (await readdir(path.join(outDir, 'pieces')))[0]!);
    const files = (await readdir(pieces)).filter((name) => name.endsWith('.json'));
    // Six runs, the map, and how long the features of two networks took.
    expect(files).toHaveLength(9);
    const lost = files.find((name) => name.startsWith('mobilenet_v2') && name.includes('random'))!;
    await rm(path.join(pieces, lost));
    const second = await run();
    const figures = ({ networks }: PaperResult) =>
      networks.map(({ runs }) => runs.map(({ accuracy }) => accuracy));
    expect(figures(second)).toEqual(figures(first));
    expect(second.networks[0]).toEqual(first.networks[0]);
  });
});
