/** How a setting of a recipe is shown; a setting without an entry is shown by its own name. */
interface FieldWords {
  readonly label: string;
  readonly note?: string;
  readonly options?: readonly string[];
}

const WORDS: Readonly<Record<string, FieldWords>> = {
  seed: { label: 'Seed', note: 'the same seed gives the same weights' },
  epochs: { label: 'Epochs', note: 'passes over the training part' },
  batchSize: { label: 'Batch', note: 'images in one step' },
  learningRate: { label: 'Learning rate' },
  classWeights: {
    label: 'Class weights',
    note: 'auto: only when the largest class is over 3 times the smallest',
    options: ['auto', 'none', 'balanced'],
  },
  strengths: { label: 'Strengths C', note: 'tried on the validation part; smaller is simpler' },
  maxIterations: { label: 'Most iterations' },
  optimiser: { label: 'Optimiser', options: ['adam', 'rmsprop', 'sgd'] },
  schedule: {
    label: 'Learning-rate schedule',
    note: 'cosine: falls to 0; step: to a tenth after half and after three quarters',
    options: ['constant', 'cosine', 'step'],
  },
  warmUpEpochs: { label: 'Warm-up', note: 'first epochs over which the rate rises; 0 for none' },
  momentum: { label: 'Momentum', note: 'of sgd' },
  labelSmoothing: {
    label: 'Label smoothing',
    note: 'share of each target spread over all classes; 0 for none',
  },
  earlyStopping: {
    label: 'Early stopping',
    note: 'epochs without a lower validation loss before it stops; 0 for never',
  },
  views: { label: 'Views', note: '1, 2, 4 or 8: feature sets of each image from flips, turns and colour' },
  colour: {
    label: 'Changes of colour',
    note: 'small, in every view but the first; stain is for haematoxylin and eosin',
    options: ['none', 'jitter', 'stain'],
  },
  moreFeatures: { label: 'Networks beside the first', note: 'their features stand side by side' },
  unfrozenBlocks: { label: 'Blocks trained', note: 'counted from the end of the network; 1 to 8' },
  resolution: { label: 'Resolution', note: 'input side in pixels; the paper’s is 160' },
};

export type RecipeValue = unknown;

/** One setting, ready to be shown. */
export interface RecipeField {
  readonly key: string;
  readonly label: string;
  readonly note: string;
  readonly kind: 'number' | 'switch' | 'choice' | 'numbers' | 'text';
  readonly options: readonly string[];
  readonly value: RecipeValue;
}

/**
 * The settings of a recipe but its name and features, which have fields of their own.
 * @param reference a usable recipe of the same kind: what is being typed may not be of its setting's type yet.
 */
export function listFields(
  recipe: Readonly<Record<string, RecipeValue>>,
  reference: Readonly<Record<string, RecipeValue>> = recipe,
): RecipeField[] {
  return Object.entries(recipe)
    .filter(([key]) => key !== 'name' && key !== 'features')
    .map(([key, value]) => {
      const words = WORDS[key];
      return {
        key,
        label: words?.label ?? spellOut(key),
        note: words?.note ?? '',
        kind: kindOf(reference[key] ?? value, words?.options),
        options: optionsWith(words?.options, value),
        value,
      };
    });
}

function kindOf(value: RecipeValue, options: readonly string[] | undefined): RecipeField['kind'] {
  if (typeof value === 'boolean') return 'switch';
  if (typeof value === 'string' && options !== undefined) return 'choice';
  if (typeof value === 'number') return 'number';
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return 'numbers';
  return 'text';
}

/** The value that stands is always among the options, or the field would show another one. */
function optionsWith(options: readonly string[] = [], value: RecipeValue): readonly string[] {
  return typeof value === 'string' && !options.includes(value) ? [...options, value] : options;
}

/** `labelSmoothing` → "Label smoothing". */
function spellOut(key: string): string {
  const words = key.replace(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a person typed, as the recipe holds it; what cannot be read stays text, so that the check names the field. */
export function readField(kind: RecipeField['kind'], text: string): RecipeValue {
  if (kind === 'number') return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (kind === 'numbers')
    return text
      .split(/[\s;,]+/)
      .filter((part) => part !== '')
      .map(Number);
  if (kind !== 'text') return text;
  try {
    return JSON.parse(text) as RecipeValue;
  } catch {
    return text;
  }
}

/** The other way round. */
export function writeField({ kind, value }: RecipeField): string {
  if (kind === 'numbers' && Array.isArray(value)) return value.join(', ');
  if (kind === 'text' && typeof value !== 'string') return JSON.stringify(value);
  return String(value);
}
