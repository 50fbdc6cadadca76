import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { findModel } from '../../src/main/core/models/store.ts';
import { loadModel } from '../../src/main/core/training/modelFiles.ts';
import { countSimpleCnn } from '../../src/main/core/training/simpleCnn.ts';
import { defaultRecipe } from '../../src/main/core/training/recipes.ts';
import type { ExportResult } from '../../src/shared/exports.ts';
import type { FineTuneRecipe, FromScratchRecipe, Recipe } from '../../src/shared/training.ts';
import '../support/backbones.ts';
import { drawClassFolders } from '../support/drawImages.ts';
import { presentEngines } from '../support/engines.ts';
import { importFolder } from '../support/importFolder.ts';
import { sharedModels } from '../support/shared.ts';
import { finishJob, makeStudio, read, resultOf, type TestStudio } from '../support/studio.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const hasNative = presentEngines.includes('tfjs-node');

const fineTune = {
  ...(defaultRecipe('fine-tune', { width: 0.35, resolution: 96 }) as FineTuneRecipe),
  ...{ unfrozenBlocks: 2, epochs: 3, batchSize: 8 },
} satisfies Recipe;
const fromScratch = {
  ...(defaultRecipe('from-scratch', { resolution: 96 }) as FromScratchRecipe),
  ...{ epochs: 4, batchSize: 8 },
} satisfies Recipe;

async function openLabelled(images = 14): Promise<TestStudio & { readonly folder: string }> {
  const folder = await makeTemporaryFolder();
  await drawClassFolders(path.join(folder, 'images'), { Tumour: images, Stroma: images });
  const test = await makeStudio();
  await importFolder(test, path.join(folder, 'images'));
  return { ...test, folder };
}

/** The features that a library keeps. */
const listSets = async ({ library }: TestStudio): Promise<string[]> =>
  (await readdir(path.join(library, 'features'))).filter((name) => name.startsWith('set-'));

/** Trains, predicts, explains and exports: half a minute on two free cores. */
const LIMIT_MS = 240_000;

describe.skipIf(sharedModels === null || !hasNative)(
  'a model with a network of its own',
  { timeout: LIMIT_MS },
  () => {
    it.each([fineTune, fromScratch])('of $name predicts, explains and exports itself', async (recipe) => {
      const test = await openLabelled();
      const { api, studio, library, folder } = test;
      const started = await read(api.training.$post({ json: { recipe: { ...recipe } } }));
      const { modelId } = await resultOf<{ modelId: string }>(studio, started.jobId);
      const { db } = studio.requireLibrary();
      const card = findModel(db, modelId);
      expect(card.recipe).toEqual(recipe);
      expect(card.engine.name).not.toBe('wasm');
      expect(card.curve.at(-1)!.epoch).toBe(recipe.epochs);
      const trained = card.parameters.trainable;
      if (recipe.name === 'from-scratch') expect(trained).toBe(countSimpleCnn(2, 96));
      else expect(trained).toBeGreaterThan(1280 * 2 + 2);
      expect(card.parameters.total).toBeGreaterThanOrEqual(trained);
      // What served the training only is gone again.
      expect(await listSets(test)).toEqual([]);

      // Pictures from outside are told what they were told in the library.
      const stored = new Map(
        db
          .prepare<[string], [string, Buffer]>(
            `SELECT f.path, p.probabilities FROM predictions p JOIN files f USING (image_id) WHERE p.model_id = ?`,
          )
          .raw()
          .all(modelId),
      );
      expect(stored.size).toBe(28);
      const images = path.join(folder, 'images');
      const answer = await api.predictions.$post({ json: { folder: images, source: { modelId } } });
      const check = (text: string): void => {
        const lines = text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Line);
        const predictions = lines.filter(({ kind }) => kind === 'prediction');
        expect(predictions).toHaveLength(28);
        for (const { path: file, probabilities } of predictions) {
          const own = new Float32Array(new Uint8Array(stored.get(file)!).buffer);
          expect(Math.abs(own[0]! - probabilities[card.classes[0]!.name]!)).toBeLessThan(1e-3);
        }
      };
      check(await answer.text());

      const [imageId] = db.prepare<[], number>('SELECT image_id FROM images LIMIT 1').pluck().all();
      const question = { imageId: imageId!, modelId, classId: card.classes[0]!.classId };
      const map = await studio.saliency.map(studio.requireLibrary(), { ...question, method: 'gradient' });
      expect([map.height, map.width]).toEqual([96, 96]);
      expect(map.values.some((value) => value !== 0)).toBe(true);
      expect(map.values.every(Number.isFinite)).toBe(true);

      const outDir = path.join(folder, 'page');
      const exporting = await read(api.exports.$post({ json: { modelId, target: 'web', folder: outDir } }));
      const { parity } = await resultOf<ExportResult>(studio, exporting.jobId);
      expect(parity.images).toBe(20);
      expect(parity.maxDifference).toBeLessThan(1e-3);
      const again = await api.predictions.$post({ json: { folder: images, source: { from: outDir } } });
      check(await again.text());

      // Every byte of the network is checked before it is used.
      const file = path.join(library, 'models', modelId, 'network', 'weights.bin');
      const bytes = await readFile(file);
      bytes[100]! ^= 1;
      await writeFile(file, bytes);
      await expect(loadModel(path.join(library, 'models', modelId))).rejects.toMatchObject({
        code: 'corrupt',
      });
    });

    it('is refused in words where only wasm computes, before anything is done', async () => {
      const test = await openLabelled(6);
      const answer = await test.api.training.$post({ json: { recipe: { ...fineTune }, engine: 'wasm' } });
      expect(answer.ok).toBe(false);
      expect(await answer.json()).toMatchObject({
        code: 'unsupported',
        detail: expect.stringMatching(/native TensorFlow/) as string,
      });
      expect(test.studio.requireJobs().list()).toHaveLength(1);
    });

    it('that was cancelled in an epoch goes on when it is run again, and leaves no model before', async () => {
      const test = await openLabelled();
      const { api, studio } = test;
      const recipe = { ...fromScratch, epochs: 6 };
      const { jobId } = await read(api.training.$post({ json: { recipe } }));
      const epoch = (): number => Math.floor(studio.requireJobs().find(jobId).progress?.done ?? 0);
      const isTraining = (): boolean =>
        studio.requireJobs().find(jobId).progress?.phase.startsWith('epoch') === true;
      await vi.waitFor(() => expect(isTraining() && epoch() >= 2).toBe(true), {
        timeout: 120_000,
        interval: 20,
      });
      studio.requireJobs().cancel(jobId);
      expect((await finishJob(studio, jobId)).state).toBe('cancelled');
      expect((await read(api.models.$get())).models).toEqual([]);
      const firstSeen: number[] = [];
      studio.events.subscribe((event) => {
        if (event.type !== 'job.changed' || event.job.progress?.phase.startsWith('epoch') !== true) return;
        firstSeen.push(event.job.progress.done);
      });
      const again = await read(api.jobs[':jobId'].again.$post({ param: { jobId: String(jobId) } }));
      const { modelId } = await resultOf<{ modelId: string }>(studio, again.jobId);
      expect(Math.min(...firstSeen)).toBeGreaterThanOrEqual(2);
      expect(findModel(studio.requireLibrary().db, modelId).curve).toHaveLength(6);
    });
  },
);

interface Line {
  readonly kind: string;
  readonly path: string;
  readonly probabilities: Readonly<Record<string, number>>;
}
