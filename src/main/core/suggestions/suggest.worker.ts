import type { MeasuredScore, StoppingAdvice, Suggestion } from '../../../shared/suggestions.ts';
import { openFeatureStore } from '../features/featureStore.ts';
import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { createRandom } from '../math/random.ts';
import { argMax } from '../math/softmax.ts';
import { wilsonInterval } from '../math/wilson.ts';
import { loadEngine, type Tf } from '../training/engines.ts';
import { requireFinite } from '../training/readFeatures.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { adviseStopping } from './adviseStopping.ts';
import { describeReason } from './describeReason.ts';
import { buildFeatureSpace, type FeatureSpace } from './featureSpace.ts';
import { listDisputed } from './listDisputed.ts';
import { countMeasureMore } from './measureMore.ts';
import { planSuggestions, type SuggestionPlan } from './planSuggestions.ts';
import { applySmallHead, fitSmallHead } from './smallHead.ts';
import { decideStrategy } from './strategies/chooseDefault.ts';
import { STRATEGIES } from './strategies/strategies.ts';
import type { Pick, Situation } from './strategies/strategy.ts';
import { marginOf } from './strategies/uncertainty.ts';
import { findStrangers } from './strangers.ts';
import type { SuggestParams } from './suggestJob.ts';

export interface SuggestInput extends SuggestParams {
  readonly view: ViewedLibrary;
  readonly splitId: number;
}

export interface SuggestOutput extends Only<SuggestionPlan, 'added' | 'excluded'> {
  readonly used: string;
  readonly why: string;
  readonly labels: number;
  readonly score: MeasuredScore | null;
  readonly advice: StoppingAdvice | null;
  readonly measureMore: number | null;
  readonly images: readonly Suggestion[];
}

type Only<T, K extends keyof T> = { readonly [Key in K]: T[Key] };

async function suggest(input: SuggestInput, { signal }: CallContext): Promise<SuggestOutput> {
  const library = openLibraryView(input.view);
  let plan: SuggestionPlan;
  let disputed: readonly number[];
  try {
    plan = planSuggestions(library.db, input.splitId, input.queue, input.seed);
    disputed = listDisputed(library.db);
  } finally {
    library.close();
  }
  throwIfCancelled(signal);
  const { tf } = await loadEngine('auto');
  const { candidates, labelled, judged, classes, features } = plan;
  const everyone = [...candidates, ...labelled, ...judged];
  const store = await openFeatureStore(input.view.folder, features.featureKey, features.dims);
  const values = await store
    .readRows(Uint32Array.from(everyone, ({ imageId }) => features.rowOf.get(imageId)!))
    .finally(() => store.close());
  requireFinite(values, features.dims, features.featureKey);
  throwIfCancelled(signal);
  const space = buildFeatureSpace(tf, values, features.dims, input.seed);
  const indexOf = new Map(classes.map(({ classId }, index) => [classId, index]));
  const labels = Int32Array.from(everyone, ({ classId }) => (classId === null ? -1 : indexOf.get(classId)!));
  const rowsOf = (from: number, count: number): Uint32Array =>
    Uint32Array.from({ length: count }, (_, i) => from + i);
  const known = rowsOf(candidates.length, labelled.length);
  const test = rowsOf(candidates.length + labelled.length, judged.length);
  const probabilities = await learn(tf, space, known, labels, classes.length);
  throwIfCancelled(signal);
  const score = probabilities === null ? null : measure(probabilities, test, labels, classes.length);
  const situation: Situation = {
    ...{ space, labels, probabilities },
    candidates: rowsOf(0, candidates.length),
    labelled: known,
    classes: classes.length,
    count: input.count,
    random: createRandom(input.seed),
  };
  const names = classes.map(({ name }) => name);
  const toSuggestion = ({ row, reason, cluster }: Pick, strategy: string, sentence?: string): Suggestion => ({
    imageId: everyone[row]!.imageId,
    path: everyone[row]!.path,
    reason: sentence ?? describeReason(reason, names),
    strategy,
    cluster,
    margin: probabilities === null ? null : marginOf(probabilities, row, classes.length),
  });
  const base = { added: plan.added, excluded: plan.excluded, labels: labelled.length, score };
  if (input.queue === 'measure') {
    const images = STRATEGIES.random(situation).map((pick) => {
      const { part } = everyone[pick.row]!;
      const sentence = `random image of the ${part} part: it measures, and is never learnt from`;
      return toSuggestion(pick, 'random', sentence);
    });
    const measureMore = countMeasureMore(score?.accuracy ?? null, judged.length);
    const why = 'Drawn at random from what models are judged by, so that the accuracy is an honest one.';
    return { ...base, used: 'random', why, advice: null, measureMore, images };
  }
  const decided = input.strategy === 'default' ? decideStrategy(situation) : null;
  const used = decided?.name ?? input.strategy;
  const strange = findStrangers(tf, space, situation.candidates, known);
  // Readers who disagree come first: no label teaches while it is in dispute.
  const disputes = labelled.flatMap(({ imageId }, i) =>
    disputed.includes(imageId) ? [candidates.length + i] : [],
  );
  const settled = disputes.slice(0, Math.ceil(input.count / 4));
  const picks = STRATEGIES[input.strategy]({ ...situation, count: input.count - settled.length });
  const advice =
    probabilities === null
      ? null
      : await adviseStopping(tf, { space, labelled: known, judged: test, labels, classes, seed: input.seed });
  return {
    ...base,
    used,
    why: decided?.why ?? WHY[input.strategy],
    advice,
    measureMore: null,
    images: [
      ...settled.map((row) =>
        toSuggestion({ row, reason: { kind: 'random' }, cluster: null }, 'readers', 'two readers disagree'),
      ),
      ...picks.map((pick) => {
        const suggestion = toSuggestion(pick, used);
        return strange.has(pick.row)
          ? { ...suggestion, reason: `unlike anything labelled; ${suggestion.reason}` }
          : suggestion;
      }),
    ],
  };
}

/** What a strategy that a person named does, in a sentence. */
const WHY: Readonly<Record<SuggestParams['strategy'], string>> = {
  default: '',
  random: 'Drawn at random, as a control.',
  margin: 'The images whose two likeliest classes are closest; at random while nothing has been learnt.',
  entropy: 'The images with the highest entropy; at random while nothing has been learnt.',
  cluster: 'One typical image of each cluster that has no label.',
  diverse:
    'Images that would change the model most and each in its own way (BADGE); at random while nothing has been learnt.',
};

/** `[n, classes]` of a head on the labelled rows; null with fewer than two classes. */
async function learn(
  tf: Tf,
  space: FeatureSpace,
  rows: Uint32Array,
  labels: Int32Array,
  classes: number,
): Promise<Float64Array | null> {
  const own = Int32Array.from(rows, (row) => labels[row]!);
  if (new Set(own).size < 2) return null;
  const head = await fitSmallHead(tf, space, { rows, labels: own }, classes);
  return applySmallHead(tf, head, space.points);
}

function measure(
  probabilities: Float64Array,
  rows: Uint32Array,
  labels: Int32Array,
  classes: number,
): MeasuredScore | null {
  if (rows.length === 0) return null;
  const right = rows.filter((row) => argMax(probabilities, row * classes, classes) === labels[row]!).length;
  const [low, high] = wilsonInterval(right, rows.length)!;
  return { accuracy: right / rows.length, low, high, images: rows.length };
}

serveWorker({ suggest });
