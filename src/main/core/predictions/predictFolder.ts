import { FoveaError } from '../../../shared/errors.ts';
import type { PredictionLine } from '../../../shared/predictions.ts';
import { prepareExportedGraph } from '../exports/prepareExportedGraph.ts';
import { readExport } from '../exports/readExport.ts';
import type { GraphSpec } from '../features/extractor.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import { DECODER_VERSION } from '../images/decoderVersion.ts';
import type { Library } from '../library/library.ts';
import { writePredictionsCsv } from '../reports/predictionsCsv.ts';
import { softmaxRows, type Head } from '../training/head.ts';
import { classifyFolder } from './classifyFolder.ts';
import { loadForUse } from './loadForUse.ts';

export interface PredictRequest {
  readonly folder: string;
  readonly source: { readonly modelId: string } | { readonly from: string };
  readonly csv?: string | undefined;
}

export interface PredictContext {
  readonly library: Library | null;
  readonly signal: AbortSignal;
  readonly write: (line: PredictionLine) => unknown;
}

/** A model ready to classify, wherever it came from. */
interface ReadyModel {
  readonly graph: GraphSpec;
  readonly head: Head;
  readonly temperature: number;
  readonly classes: readonly string[];
}

type Prediction = Extract<PredictionLine, { kind: 'prediction' }>;

/**
 * Classifies a folder with a model of the library or an exported one; predictions are told in the order of
 * paths, and written as a table when `csv` is given.
 */
export async function predictFolder(request: PredictRequest, context: PredictContext): Promise<void> {
  const { signal, write } = context;
  const model = await readyModel(request.source, context.library);
  await write({ kind: 'classes', classes: model.classes });
  const predictions: Prediction[] = [];
  const rejected: Extract<PredictionLine, { kind: 'rejected' }>[] = [];
  let lastReport = 0;
  await classifyFolder(request.folder, model.graph, model.head, {
    signal,
    report: (progress) => {
      if (performance.now() - lastReport < 100) return;
      lastReport = performance.now();
      void write({ kind: 'progress', progress });
    },
    onBatch: (batch) => {
      for (const each of batch) {
        if (each.outcome === 'image') predictions.push(describePrediction(each.path, each.logits, model));
        else rejected.push({ kind: 'rejected', path: each.path, code: each.code, reason: each.reason });
      }
    },
  });
  const byPath = (a: { path: string }, b: { path: string }): number =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
  for (const line of [...predictions.sort(byPath), ...rejected.sort(byPath)]) await write(line);
  if (request.csv !== undefined)
    await writeFileAtomic(request.csv, await describeTable(predictions, model.classes));
}

async function readyModel(source: PredictRequest['source'], library: Library | null): Promise<ReadyModel> {
  if ('from' in source) {
    const exported = await readExport(source.from);
    const { card, head } = exported;
    requireSameDecoder(card.decoderVersion, source.from);
    const graph = await prepareExportedGraph(exported);
    return { graph, head, temperature: 1, classes: card.classes.map(({ name }) => name) };
  }
  if (library === null)
    throw new FoveaError('not_found', 'No library is open.', { todo: 'Open a library first.' });
  const { card, head, graph } = await loadForUse(library, source.modelId);
  return { graph, head, temperature: card.temperature, classes: card.classes.map(({ name }) => name) };
}

/** Pixels decoded otherwise than in training would give other probabilities without anyone noticing. */
function requireSameDecoder(version: string, folder: string): void {
  if (version === DECODER_VERSION) return;
  throw new FoveaError(
    'unsupported',
    `This model was made with decoder ${version}; this version of the studio has ${DECODER_VERSION}.`,
    { subject: folder, todo: 'Export the model again with this version of the studio.' },
  );
}

function describePrediction(
  file: string,
  logits: Float32Array,
  { temperature, classes }: ReadyModel,
): Prediction {
  const probabilities = softmaxRows(logits, classes.length, temperature);
  const top = probabilities.indexOf(Math.max(...probabilities));
  return {
    kind: 'prediction',
    path: file,
    class: classes[top] ?? '?',
    confidence: probabilities[top] ?? 0,
    probabilities: Object.fromEntries(classes.map((name, index) => [name, probabilities[index] ?? 0])),
  };
}

function describeTable(predictions: readonly Prediction[], classes: readonly string[]): Promise<Uint8Array> {
  const rows = predictions.map(({ path: file, class: predicted, confidence, probabilities }) => ({
    path: file,
    group: null,
    part: null,
    actual: null,
    predicted,
    confidence,
    probabilities: classes.map((name) => probabilities[name] ?? 0),
  }));
  return writePredictionsCsv(rows, classes);
}
