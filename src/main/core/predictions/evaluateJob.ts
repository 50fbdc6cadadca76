import { FoveaError } from '../../../shared/errors.ts';
import type { Evaluation, OutsideEvaluation } from '../../../shared/evaluation.ts';
import type { Rejection } from '../../../shared/images.ts';
import type { ModelCard } from '../../../shared/training.ts';
import type { EvaluationInput } from '../evaluation/evaluate.ts';
import { classFolder } from '../images/fileSpec.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { foldName } from '../labels/classes.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import { classifyFolder } from './classifyFolder.ts';
import { loadForUse } from './loadForUse.ts';

export interface EvaluateParams {
  readonly modelId: string;
  readonly folder: string;
}

interface Labelled {
  readonly path: string;
  readonly sha256: string;
  readonly label: number;
  readonly logits: Float32Array;
}

/**
 * Measures a model on a folder outside the library, labelled by its folder names. Classes are matched by name
 * without regard to case. Images that the model was trained on are counted and said, since figures on them prove nothing.
 */
export async function runEvaluateJob(
  params: EvaluateParams,
  context: JobContext,
): Promise<OutsideEvaluation> {
  const { library, signal, report } = context;
  const { card, head, graph } = await loadForUse(library, params.modelId);
  const indexOf = new Map(card.classes.map(({ name }, index) => [foldName(name), index]));
  const labelled: Labelled[] = [];
  const rejected: Rejection[] = [];
  const unknown = new Map<string, number>();
  await classifyFolder(params.folder, graph, head, {
    signal,
    report,
    onBatch: (batch) => {
      for (const each of batch) {
        if (each.outcome === 'rejected') {
          rejected.push({ path: each.path, code: each.code, reason: each.reason });
          continue;
        }
        const name = classFolder(each.path) ?? '';
        const label = indexOf.get(foldName(name));
        if (label === undefined) unknown.set(name, (unknown.get(name) ?? 0) + 1);
        else labelled.push({ path: each.path, sha256: each.sha256, label, logits: each.logits });
      }
    },
  });
  if (labelled.length === 0) throw nothingToMeasure(params.folder, card);
  labelled.sort((a, b) => (a.path < b.path ? -1 : 1));
  const evaluation = await measure(labelled, card, signal);
  const seenInTraining = countSeen(context, card.modelId, labelled);
  return {
    modelId: card.modelId,
    classes: card.classes.map(({ name }) => name),
    evaluation,
    rejected,
    seenInTraining,
    warnings: [...describeUnknown(unknown), ...describeSeen(seenInTraining, labelled.length)],
  };
}

async function measure(
  labelled: readonly Labelled[],
  card: ModelCard,
  signal: AbortSignal,
): Promise<Evaluation> {
  const k = card.classes.length;
  const logits = new Float32Array(labelled.length * k);
  labelled.forEach((image, index) => logits.set(image.logits, index * k));
  const input: EvaluationInput = {
    logits,
    temperature: card.temperature,
    labels: Int32Array.from(labelled, ({ label }) => label),
    // The same content twice is one piece of evidence.
    units: labelled.map(({ sha256 }) => sha256),
    grouped: false,
    classNames: card.classes.map(({ name }) => name),
    seed: card.recipe.seed,
  };
  const worker = new WorkerProcess(new URL('../evaluation/evaluate.worker.ts', import.meta.url));
  try {
    return await worker.call<Evaluation>('evaluate', input, { signal });
  } finally {
    worker.kill();
  }
}

/** How many of the images stood in the model's own train or validation part. */
function countSeen({ library: { db } }: JobContext, modelId: string, labelled: readonly Labelled[]): number {
  const find = db
    .prepare<[string, string], number>(
      `SELECT 1 FROM images i JOIN model_images m USING (image_id)
       WHERE i.sha256 = ? AND m.model_id = ? AND m.part <> 'test'`,
    )
    .pluck();
  return labelled.filter(({ sha256 }) => find.get(sha256, modelId) !== undefined).length;
}

function nothingToMeasure(folder: string, card: ModelCard): FoveaError {
  const names = card.classes.map(({ name }) => `“${name}”`).join(', ');
  return new FoveaError('invalid', 'No picture in this folder is filed under a class of this model.', {
    subject: folder,
    todo: `Put the pictures into folders named like the classes: ${names}.`,
  });
}

function describeUnknown(unknown: ReadonlyMap<string, number>): string[] {
  return [...unknown].map(([name, count]) =>
    name === ''
      ? `${count} pictures lie in no class folder and were left out.`
      : `${count} pictures of “${name}” were left out: the model does not know that class.`,
  );
}

function describeSeen(seen: number, total: number): string[] {
  if (seen === 0) return [];
  return [`${seen} of these ${total} pictures were used to train this model: the figures are too good.`];
}
