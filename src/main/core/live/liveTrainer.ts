import type { Database } from 'better-sqlite3';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import type { LiveValidation } from '../../../shared/live.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { fitTemperature } from '../evaluation/temperature.ts';
import type { FeatureSet } from '../features/commonFeatures.ts';
import { openFeatureStore, type FeatureStore } from '../features/featureStore.ts';
import { argMax } from '../math/softmax.ts';
import { applyHeadOnEngine } from '../training/engineHead.ts';
import type { Tf } from '../training/engines.ts';
import type { Head } from '../training/head.ts';
import { fitOneClickHead } from '../training/oneClickHead.ts';
import { defaultRecipe } from '../training/recipes.ts';
import { listPart, PART_CODES, type TrainingData } from '../training/trainingData.ts';
import type { OneClickRecipe } from '../../../shared/training.ts';
import { LabelledFeatures } from './labelledFeatures.ts';
import { planLive, type LivePlan } from './livePlan.ts';
import { widenHead } from './widenHead.ts';

/** One refit: the head, how good it is, and what it was made from. */
export interface LiveFit {
  readonly head: Head;
  readonly temperature: number;
  readonly plan: LivePlan;
  readonly labels: number;
  readonly validation: LiveValidation;
  readonly seconds: number;
}

interface Kept {
  readonly head: Head;
  readonly classIds: readonly number[];
  readonly strength: number;
  /** Training images at which the strength was last searched. */
  readonly searchedAt: number;
}

/** Grown by this factor, a training part may want another strength. */
const SEARCH_AGAIN = 1.3;

/** The one-click head of one library, refitted again and again from where the last refit ended. */
export class LiveTrainer {
  readonly #tf: Tf;
  readonly #db: Database;
  readonly #folder: string;
  readonly features: FeatureSet;
  readonly #labelled: LabelledFeatures;
  #kept: Kept | null = null;

  constructor(tf: Tf, db: Database, folder: string, features: FeatureSet) {
    this.#tf = tf;
    this.#db = db;
    this.#folder = folder;
    this.features = features;
    this.#labelled = new LabelledFeatures(features.dims);
  }

  /** Opens the flat file of the features; to be closed by the caller. */
  openStore(): Promise<FeatureStore> {
    return openFeatureStore(this.#folder, this.features.featureKey, this.features.dims);
  }

  /** Fits the labels as they are now. Throws `invalid` while there are too few, `cancelled`. */
  async refit(signal: AbortSignal): Promise<LiveFit> {
    const started = performance.now();
    const plan = await planLive(this.#db);
    throwIfCancelled(signal);
    await this.#readFeatures(plan);
    throwIfCancelled(signal);
    const { data, units } = this.#layOut(plan);
    const train = listPart(data, 'train').length;
    const before = this.#kept === null ? null : this.#widen(this.#kept, plan);
    const isEnough = this.#kept !== null && train < this.#kept.searchedAt * SEARCH_AGAIN;
    const fitted = await fitOneClickHead(this.#tf, data, RECIPE, {
      signal,
      warmStart: before === null ? null : { head: before, strength: isEnough ? this.#kept!.strength : null },
    });
    const strength = fitted.chosenStrength ?? RECIPE.strengths[0]!;
    const judged = this.#judge(fitted.head, before, data, units, plan);
    this.#kept = {
      head: fitted.head,
      classIds: plan.classes.map(({ classId }) => classId),
      strength,
      searchedAt: isEnough ? this.#kept!.searchedAt : train,
    };
    return {
      head: fitted.head,
      ...judged,
      plan,
      labels: data.labels.reduce((count, label) => count + (label >= 0 ? 1 : 0), 0),
      seconds: (performance.now() - started) / 1000,
    };
  }

  async #readFeatures(plan: LivePlan): Promise<void> {
    const find = this.#db
      .prepare<[string, number], number>(
        'SELECT row FROM feature_rows WHERE feature_key = ? AND image_id = ?',
      )
      .pluck();
    const store = await this.openStore();
    try {
      const rowOf = (imageId: number): number | undefined => find.get(this.features.featureKey, imageId);
      await this.#labelled.add(
        plan.images.map(({ imageId }) => imageId),
        rowOf,
        store,
      );
    } finally {
      await store.close();
    }
  }

  /** Images that lost their label stay among the held features, without a part. */
  #layOut(plan: LivePlan): { data: TrainingData; units: string[] } {
    const { count, values } = this.#labelled;
    const labels = new Int32Array(count).fill(-1);
    const parts = new Uint8Array(count).fill(PART_CODES.none);
    const units = new Array<string>(count).fill('');
    for (const { imageId, classIndex, part, unit } of plan.images) {
      const place = this.#labelled.placeOf(imageId);
      if (place === undefined) continue;
      labels[place] = classIndex;
      parts[place] = PART_CODES[part];
      units[place] = unit;
    }
    const { dims } = this.features;
    const data = { features: values, inputs: dims, classes: plan.classes.length, labels, parts };
    for (const part of ['train', 'validation'] as const) {
      if (listPart(data, part).length === 0) {
        throw new FoveaError('invalid', `No image of the ${part} part has features yet.`, {
          todo: 'Train once by hand: features that are missing are then computed.',
        });
      }
    }
    return { data, units };
  }

  #judge(
    head: Head,
    before: Head | null,
    data: TrainingData,
    units: readonly string[],
    plan: LivePlan,
  ): Pick<LiveFit, 'temperature' | 'validation'> {
    const rows = listPart(data, 'validation');
    const features = new Float32Array(rows.length * data.inputs);
    for (const [i, row] of rows.entries()) {
      features.set(data.features.subarray(row * data.inputs, (row + 1) * data.inputs), i * data.inputs);
    }
    const labels = Int32Array.from(rows, (row) => data.labels[row]!);
    const logits = applyHeadOnEngine(this.#tf, head, features, rows.length);
    const { temperature } = fitTemperature(logits, labels, data.classes);
    const { accuracy, interval } = evaluate({
      logits,
      temperature,
      labels,
      units: Array.from(rows, (row) => units[row]!),
      grouped: plan.grouped,
      classNames: plan.classes.map(({ name }) => name),
      seed: RECIPE.seed,
    });
    const earlier = before && applyHeadOnEngine(this.#tf, before, features, rows.length);
    const change = earlier === null ? null : accuracy - rateRight(earlier, labels, data.classes);
    return {
      temperature,
      validation: { accuracy, interval, images: rows.length, grouped: plan.grouped, change },
    };
  }

  #widen({ head, classIds }: Kept, plan: LivePlan): Head {
    return widenHead(
      head,
      classIds,
      plan.classes.map(({ classId }) => classId),
    );
  }
}

const RECIPE = defaultRecipe('one-click') as OneClickRecipe;

function rateRight(logits: Float32Array, labels: Int32Array, classes: number): number {
  let right = 0;
  for (const [row, label] of labels.entries()) {
    if (argMax(logits, row * classes, classes) === label) right += 1;
  }
  return right / labels.length;
}
