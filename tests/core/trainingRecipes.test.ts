import { describe, expect, it } from 'vitest';
import type { PaperRecipe } from '../../src/shared/training.ts';
import { countBackboneParameters, countParameters } from '../../src/main/core/training/parameterCounts.ts';
import { checkRecipe, defaultRecipe, validateRecipe } from '../../src/main/core/training/recipes.ts';

describe('parameter counts', () => {
  it('are those of the paper, table III', () => {
    const v1 = defaultRecipe('paper', { backbone: 'mobilenet_v1' });
    const v2 = defaultRecipe('paper', { backbone: 'mobilenet_v2' });
    expect(countParameters(v1, 10)).toEqual({ total: 3_369_738, trainable: 140_490 });
    expect(countParameters(v2, 8)).toEqual({ total: 2_431_496, trainable: 173_128 });
  });

  it.each([
    ['mobilenet_v1', 1, 3_228_864],
    ['mobilenet_v1', 0.25, 218_544],
    ['mobilenet_v2', 1, 2_257_984],
    ['mobilenet_v2', 0.35, 410_208],
  ] as const)('of the backbone %s at width %d are those of its weights file', (backbone, width, count) => {
    expect(countBackboneParameters({ backbone, width })).toBe(count);
  });

  it('of a one-click head are its kernel and bias', () => {
    expect(countParameters(defaultRecipe('one-click'), 8).trainable).toBe(1280 * 8 + 8);
  });
});

describe('a recipe', () => {
  it.each(['one-click', 'paper'] as const)('%s is usable as it comes', (name) => {
    expect(checkRecipe(defaultRecipe(name))).toEqual([]);
    expect(validateRecipe(structuredClone(defaultRecipe(name)))).toEqual(defaultRecipe(name));
  });

  it('is refused at every faulty field, with the reason', () => {
    const faults = checkRecipe({
      ...defaultRecipe('paper', { resolution: 100 }),
      epochs: 2.5,
      learningRate: Number.NaN,
      batchSize: 1,
      colour: 'none',
    });
    expect(faults.map(({ field }) => field).sort()).toEqual([
      'batchSize',
      'colour',
      'epochs',
      'features.resolution',
      'learningRate',
    ]);
    expect(faults.find(({ field }) => field === 'epochs')?.reason).toMatch(/whole number/);
    expect(faults.find(({ field }) => field === 'colour')?.reason).toMatch(/not a setting/);
  });

  it.each([
    [{ optimiser: 'lbfgs' }, 'optimiser', /adam, rmsprop, sgd/],
    [{ momentum: 1 }, 'momentum', /below 1/],
    [{ schedule: 'linear' }, 'schedule', /constant, cosine, step/],
    [{ epochs: 4, warmUpEpochs: 4 }, 'warmUpEpochs', /fewer than the epochs \(4\)/],
    [{ labelSmoothing: 1 }, 'labelSmoothing', /below 1/],
    [{ earlyStopping: -1 }, 'earlyStopping', /whole number/],
    [{ classWeights: 'yes' }, 'classWeights', /auto, none or balanced/],
    [{ learningRate: 0 }, 'learningRate', /above 0/],
  ])('by epochs is refused for %j', (changes, field, reason) => {
    expect(checkRecipe({ ...defaultRecipe('paper'), ...changes })).toEqual([
      { field, reason: expect.stringMatching(reason) as string },
    ]);
  });

  it('that was saved before some settings existed gets them', () => {
    const { epochs, batchSize, learningRate, classWeights, ...rest } = defaultRecipe('paper') as PaperRecipe;
    const old = { name: rest.name, features: rest.features, seed: 9, epochs, batchSize, learningRate };
    expect(validateRecipe({ ...old, classWeights })).toEqual({ ...defaultRecipe('paper'), seed: 9 });
  });

  it.each([
    [{ ...defaultRecipe('one-click'), strengths: [] }, 'strengths'],
    [{ ...defaultRecipe('one-click'), strengths: [0.1, 'x'] }, 'strengths'],
    [{ ...defaultRecipe('one-click'), strengths: [Infinity] }, 'strengths'],
    [{ ...defaultRecipe('one-click'), seed: -1 }, 'seed'],
    [{ ...defaultRecipe('paper'), name: 'magic' }, 'name'],
    [null, 'recipe'],
  ])('is refused as `invalid` with the field as subject (%#)', (recipe, subject) => {
    expect(() => validateRecipe(recipe)).toThrow(
      expect.objectContaining({ code: 'invalid', subject }) as Error,
    );
  });
});
