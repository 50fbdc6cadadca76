import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageViews } from '../../src/main/core/features/averageViews.ts';
import { jitterStain } from '../../src/main/core/features/colourChanges.ts';
import { makeView, turnPicture } from '../../src/main/core/features/views.ts';
import { recipeKey } from '../../src/main/core/features/prepareRecipe.ts';
import { findModel } from '../../src/main/core/models/store.ts';
import { applyHead } from '../../src/main/core/training/head.ts';
import { checkRecipe, defaultRecipe } from '../../src/main/core/training/recipes.ts';
import type { AugmentedRecipe } from '../../src/shared/training.ts';
import '../support/backbones.ts';
import { drawClassFolders } from '../support/drawImages.ts';
import { importFolder } from '../support/importFolder.ts';
import { sharedModels } from '../support/shared.ts';
import { makeStudio, read, resultOf } from '../support/studio.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const picture = (side: number) =>
  fc
    .uint8Array({ minLength: side * side * 3, maxLength: side * side * 3 })
    .map((pixels) => ({ side, pixels }));
const pictures = fc.integer({ min: 1, max: 9 }).chain(picture);

describe('views', () => {
  it('are the eight symmetries of a square: all different, and each undone by another', () => {
    fc.assert(
      fc.property(pictures, fc.integer({ min: 0, max: 7 }), ({ side, pixels }, index) => {
        const turned = turnPicture(pixels, side, index);
        const inverse = index < 4 ? (4 - index) % 4 : index;
        expect(turnPicture(turned, side, inverse)).toEqual(pixels);
      }),
    );
    const corner = Uint8Array.from({ length: 12 }, (_, i) => Math.floor(i / 3));
    const seen = new Set(Array.from({ length: 8 }, (_, index) => turnPicture(corner, 2, index).join()));
    expect(seen.size).toBe(8);
    // One turn to the right brings the lower left corner to the upper left.
    expect(turnPicture(corner, 2, 1)[0]).toBe(2);
  });

  it.each(['none', 'jitter', 'stain'] as const)(
    'with colour %s are the same each time, the first untouched',
    (colour) => {
      fc.assert(
        fc.property(pictures, fc.integer({ min: 0, max: 7 }), ({ side, pixels }, index) => {
          const before = pixels.slice();
          const view = makeView(pixels, side, index, colour);
          expect(pixels).toEqual(before);
          expect(makeView(pixels, side, index, colour)).toEqual(view);
          if (index === 0) expect(view).toEqual(before);
        }),
        { numRuns: 40 },
      );
    },
  );

  it('change stains, and leave unstained glass nearly white', () => {
    const white = new Uint8Array(300).fill(255);
    jitterStain(white, 3);
    expect(Math.min(...white)).toBeGreaterThan(243);
    const purple = Uint8Array.from({ length: 300 }, (_, i) => [120, 60, 150][i % 3]!);
    const before = purple.slice();
    jitterStain(purple, 3);
    expect(purple).not.toEqual(before);
    expect(Math.max(...purple.map((value, i) => Math.abs(value - before[i]!)))).toBeLessThan(40);
  });

  it('averaged before a linear head are averaged after it', () => {
    const kernel = Float32Array.from({ length: 18 }, (_, i) => Math.cos(i));
    const bias = new Float32Array([0.1, 0.2, 0.3]);
    const layer = { kind: 'dense', inputs: 6, units: 3, kernel, bias, activation: 'linear' } as const;
    const linear = { inputs: 6, classes: 3, layers: [layer] };
    const row = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
    const together = applyHead(linear, averageViews(row, 6), 1);
    const apart = applyHead(linear, row, 4);
    together.forEach((logit, k) => {
      const mean = [0, 1, 2, 3].reduce((sum, view) => sum + apart[view * 3 + k]! / 4, 0);
      expect(logit).toBeCloseTo(mean, 5);
    });
  });
});

describe('recipes of several networks and views', () => {
  it('name different features by different keys, one-click as before', () => {
    const keys = [
      recipeKey(defaultRecipe('multi-feature')),
      recipeKey(defaultRecipe('augmented')),
      recipeKey({ ...(defaultRecipe('augmented') as AugmentedRecipe), views: 4 }),
      recipeKey({ ...(defaultRecipe('augmented') as AugmentedRecipe), colour: 'stain' }),
    ];
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^set-[\w.-]+$/);
    expect(recipeKey(defaultRecipe('one-click'))).toMatch(/^mobilenet_v2-1-160-/);
  });

  it('are refused at the field, with the reason', () => {
    const augmented = defaultRecipe('augmented') as AugmentedRecipe;
    const fieldsOf = (changes: object) => checkRecipe({ ...augmented, ...changes }).map(({ field }) => field);
    expect(fieldsOf({})).toEqual([]);
    expect(fieldsOf({ views: 3 })).toEqual(['views']);
    expect(fieldsOf({ colour: 'neon' })).toEqual(['colour']);
    expect(fieldsOf({ moreFeatures: [augmented.features] })).toEqual(['moreFeatures']);
    expect(fieldsOf({ moreFeatures: [{ backbone: 'resnet' }] })).toContain('moreFeatures');
    expect(checkRecipe({ ...defaultRecipe('multi-feature'), moreFeatures: [] })[0]?.field).toBe(
      'moreFeatures',
    );
  });
});

describe.skipIf(sharedModels === null)('an augmented model', () => {
  it('says of a picture from outside what it said of it in the library; it explains and exports nothing wrong', async () => {
    const folder = await makeTemporaryFolder();
    await drawClassFolders(folder, { Tumour: 14, Stroma: 14 });
    const test = await makeStudio();
    const { api, studio } = test;
    await importFolder(test, folder);
    const recipe = {
      ...(defaultRecipe('augmented', { width: 0.35, resolution: 96 }) as AugmentedRecipe),
      ...{
        moreFeatures: [{ backbone: 'mobilenet_v1', width: 0.25, resolution: 128 }],
        views: 4,
        colour: 'stain',
      },
    };
    const { jobId } = await read(api.training.$post({ json: { recipe } }));
    const { modelId } = await resultOf<{ modelId: string }>(studio, jobId);
    const { db } = studio.requireLibrary();
    const card = findModel(db, modelId);
    expect(card.recipe).toEqual(recipe);
    expect(card.parameters.trainable).toBe((1280 + 256) * 2 + 2);
    expect(card.test.accuracy).toBeGreaterThan(0.8);

    const stored = new Map(
      db
        .prepare<[string], [string, Buffer]>(
          `SELECT f.path, p.probabilities FROM predictions p JOIN files f USING (image_id) WHERE p.model_id = ?`,
        )
        .raw()
        .all(modelId),
    );
    const answer = await api.predictions.$post({ json: { folder, source: { modelId } } });
    const lines = (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const predictions = lines.filter(({ kind }) => kind === 'prediction');
    expect(predictions).toHaveLength(28);
    for (const { path: file, probabilities } of predictions) {
      const own = new Float32Array(new Uint8Array(stored.get(file)!).buffer);
      expect(Math.abs(own[0]! - probabilities[card.classes[0]!.name]!)).toBeLessThan(1e-4);
    }
    const exported = await read(
      api.exports.$post({ json: { modelId, target: 'web', folder: path.join(folder, 'page') } }),
    );
    await expect(resultOf(studio, exported.jobId)).rejects.toThrow(/several networks or views/);
  });
});

interface Line {
  readonly kind: string;
  readonly path: string;
  readonly probabilities: Readonly<Record<string, number>>;
}
