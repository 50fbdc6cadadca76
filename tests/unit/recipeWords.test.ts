import { describe, expect, it } from 'vitest';
import { overlayCurves } from '../../src/renderer/training/overlayCurves.ts';
import { listFields, readField, writeField } from '../../src/renderer/training/recipeFields.ts';
import { explainTime, timeInWords } from '../../src/renderer/training/recipeWords.ts';

describe('the fields of a recipe', () => {
  it('show every setting, known or not, and give back what was typed', () => {
    const recipe = {
      ...{ name: 'paper', features: {}, seed: 1, epochs: 10, classWeights: 'auto', isNew: true },
      ...{ strengths: [0.1, 1], schedule: { kind: 'cosine' } },
    };
    const fields = listFields(recipe);
    expect(fields.map(({ key, kind, label }) => [key, kind, label])).toEqual([
      ['seed', 'number', 'Seed'],
      ['epochs', 'number', 'Epochs'],
      ['classWeights', 'choice', 'Class weights'],
      ['isNew', 'switch', 'Is new'],
      ['strengths', 'numbers', 'Strengths C'],
      ['schedule', 'text', 'Learning-rate schedule'],
    ]);
    for (const field of fields) {
      if (field.kind === 'switch') continue;
      expect(readField(field.kind, writeField(field))).toEqual(field.value);
    }
    // What is no number stays as it was typed, in a field of the same kind, until the check has named it.
    expect(readField('number', 'fast')).toBe('fast');
    expect(listFields({ ...recipe, epochs: 'fast' }, recipe)[1]).toMatchObject({
      kind: 'number',
      value: 'fast',
    });
    expect(readField('numbers', '0.1; 2,3')).toEqual([0.1, 2, 3]);
    expect(readField('text', '{broken')).toBe('{broken');
  });
});

describe('the time of a training', () => {
  const known = {
    missingFeatures: 0,
    featureSeconds: 0,
    headSeconds: 3.14,
    totalSeconds: 3.64,
    isRough: false,
  };
  it('is said in two digits, and not at all where nothing was measured', () => {
    expect(timeInWords(known)).toBe('about 3.6 s');
    expect(timeInWords({ ...known, totalSeconds: 1234 })).toBe('about 20 min');
    expect(timeInWords({ ...known, headSeconds: null, totalSeconds: null })).toBe('time not measured yet');
    const features = { missingFeatures: 900, featureSeconds: 61 };
    expect(timeInWords({ ...known, ...features, totalSeconds: null })).toBe('over 1 min 1 s');
    expect(timeInWords({ ...known, ...features, isRough: true })).toBe('very roughly 3.6 s');
    expect(explainTime({ ...known, ...features })).toContain('Features of 900 images come first');
  });
});

describe('curves of several models', () => {
  it('lie over each other, with nothing after the end of the shorter one', () => {
    const curve = (length: number) =>
      Array.from({ length }, (_, i) => ({
        ...{ epoch: i + 1, trainLoss: 1, trainAccuracy: 0.5 },
        ...{ validationLoss: 1 / (i + 1), validationAccuracy: null },
      }));
    const recipe = { name: 'paper' } as never;
    const { at, axis, losses } = overlayCurves([
      { modelId: '20261127-aaaaaa', name: 'same', curve: curve(3), recipe },
      { modelId: '20261127-bbbbbb', name: 'same', curve: curve(2), recipe },
    ]);
    expect(at).toEqual([1, 2, 3]);
    expect(axis).toBe('Epoch');
    expect(losses.map(({ values }) => values)).toEqual([
      [1, 0.5, 1 / 3],
      [1, 0.5, NaN],
    ]);
    // Two of one name are told apart, by words, colour and dashes.
    expect(losses.map(({ name }) => name)).toEqual(['same (aaaaaa)', 'same (bbbbbb)']);
    expect(new Set(losses.map(({ color }) => color)).size).toBe(2);
    expect(losses[1]!.isDashed).toBe(true);
  });
});
