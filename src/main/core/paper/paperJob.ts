import path from 'node:path';
import type { FeatureSpec } from '../../../shared/backbones.ts';
import { FoveaError } from '../../../shared/errors.ts';
import type { PaperMap, PaperNetwork, PaperResult, PaperSplit } from '../../../shared/paper.ts';
import { computeFeatures } from '../features/computeFeatures.ts';
import { featureFile } from '../features/featureFiles.ts';
import { dropFeatureSet } from '../features/imageFeatures.ts';
import { preparePictures } from '../features/pictures.ts';
import { prepareGraph, type PreparedGraph } from '../features/prepareGraph.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { describeView } from '../library/libraryView.ts';
import { countParameters } from '../training/parameterCounts.ts';
import { defaultRecipe } from '../training/recipes.ts';
import { countSimpleCnn } from '../training/simpleCnn.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type {
  CnnRequest,
  FeatureRequest,
  HeadRequest,
  MapRequest,
  PaperSet,
  RunPiece,
} from './paper.worker.ts';
import { CNN_EPOCHS, CNN_SIDE, EFFECTS, MOBILE_NETS, type NamedSpec } from './paperFigures.ts';
import { keepPiece } from './pieces.ts';
import { renderPaper } from './renderPaper.ts';

export interface PaperParams {
  readonly outDir: string;
  /** Of Simple_CNN's 50 epochs. */
  readonly epochsScale: number;
  readonly seeds: number;
  readonly withEffects: boolean;
}

export interface PaperJobResult {
  readonly files: readonly string[];
  readonly result: PaperResult;
}

/**
 * The paper's protocol on the labelled images of the library: three networks, 80/20, and once more by groups where there
 * are groups; each run is kept in `outDir`, so that an interrupted job goes on. Writes `paper.html` and `paper.json`.
 */
export async function runPaperJob(params: PaperParams, context: JobContext): Promise<PaperJobResult> {
  const { library, report } = context;
  report({ phase: 'reading the library', done: 0, total: null });
  const paper = new PaperProtocol(params, context);
  const set = await paper.ask<PaperSet>('describe', {});
  if (set.classes.length < 2 || set.images < 20) {
    throw new FoveaError('invalid', 'The protocol needs at least 20 labelled images of two classes.', {
      todo: 'Import a folder with one folder for each class.',
    });
  }
  const networks = [];
  for (const named of MOBILE_NETS) networks.push(await paper.trainHeads(named, set, true));
  const map = await paper.drawMap(MOBILE_NETS.at(-1)!, set);
  const effects = [];
  if (params.withEffects)
    for (const named of EFFECTS) effects.push(await paper.trainHeads(named, set, false));
  networks.unshift(await paper.trainCnn(set));
  const result: PaperResult = {
    ...{ format: 'fovea-paper', version: 2, libraryName: library.name, networks, effects, map },
    ...{ images: set.images, classes: set.classes, grouped: set.grouped, engine: set.engine },
    ...{ epochsScale: params.epochsScale, seeds: params.seeds, notes: describeNotes(params, set) },
  };
  const files = [path.join(params.outDir, 'paper.html'), path.join(params.outDir, 'paper.json')];
  await writeFileAtomic(files[0]!, renderPaper(result));
  await writeFileAtomic(files[1]!, `${JSON.stringify(result, null, 2)}\n`);
  return { files, result };
}

interface Once {
  readonly seed: number;
  readonly split: PaperSplit;
}

const isFirst = ({ seed, split }: Once): boolean => seed === 1 && split === 'random';

const joinPieces = (pieces: readonly RunPiece[]): Pick<PaperNetwork, 'runs' | 'saliency'> => ({
  runs: pieces.map(({ run }) => run),
  saliency: pieces.flatMap(({ saliency }) => saliency),
});

class PaperProtocol {
  readonly #params: PaperParams;
  readonly #context: JobContext;

  constructor(params: PaperParams, context: JobContext) {
    this.#params = params;
    this.#context = context;
  }

  /** Each call has a process of its own, so that a crash or a cancel ends nothing else. */
  async ask<Result>(method: string, request: object): Promise<Result> {
    const { library, signal, report } = this.#context;
    const worker = new WorkerProcess(new URL('./paper.worker.ts', import.meta.url));
    try {
      const onNote = (note: unknown): void => report(note as Parameters<typeof report>[0]);
      const view = describeView(library);
      return await worker.call<Result>(method, { view, ...request }, { signal, onNote });
    } finally {
      worker.kill();
    }
  }

  async trainHeads({ name, spec }: NamedSpec, set: PaperSet, wantsSaliency: boolean): Promise<PaperNetwork> {
    const parameters = countParameters(defaultRecipe('paper', spec), set.classes.length);
    const network = { name, features: spec, parameters };
    try {
      const graph = await prepareGraph(spec);
      const seconds = await this.#measureFeatures(set, graph, spec);
      const common = { spec, ...this.#locate(graph), networkFolder: graph.networkFolder };
      const pieces = await this.#runAll(set, this.#params.seeds, graph.featureKey, name, (once) =>
        this.ask<RunPiece>('head', {
          ...{ ...common, ...once, wantsSaliency: wantsSaliency && isFirst(once) },
        } satisfies Omit<HeadRequest, 'view'>),
      );
      return { ...network, featureSeconds: seconds, ...joinPieces(pieces), skipped: null };
    } catch (error) {
      if (!(error instanceof FoveaError) || error.code !== 'not_found') throw error;
      return { ...network, featureSeconds: null, runs: [], saliency: [], skipped: error.message };
    }
  }

  async trainCnn(set: PaperSet): Promise<PaperNetwork> {
    const count = countSimpleCnn(set.classes.length, CNN_SIDE);
    const network = { name: 'Simple_CNN', features: null, featureSeconds: null };
    const parameters = { total: count, trainable: count };
    const epochs = scaleEpochs(this.#params.epochsScale);
    const pictures = preparePictures(CNN_SIDE);
    try {
      const piece = `simple-cnn-${epochs}`;
      // Once: it takes hours at full length.
      const pieces = await this.#runAll(set, 1, piece, 'Simple_CNN', async (once) => {
        const spec = { backbone: 'none', width: 1, resolution: CNN_SIDE } as const;
        await computeFeatures(pictures, spec, this.#context);
        const checkpoint = path.join(this.#folder(set), `${piece}-${once.split}-${once.seed}.checkpoint`);
        return this.ask<RunPiece>('cnn', {
          ...{ ...once, ...this.#locate(pictures), epochs, checkpointFile: checkpoint },
          wantsSaliency: isFirst(once),
        } satisfies Omit<CnnRequest, 'view'>);
      });
      await dropFeatureSet(this.#context.library, pictures.featureKey);
      return { ...network, parameters, ...joinPieces(pieces), skipped: null };
    } catch (error) {
      if (!(error instanceof FoveaError) || error.code !== 'unsupported') throw error;
      return { ...network, parameters, runs: [], saliency: [], skipped: error.message };
    }
  }

  /** t-SNE of the features of one network; null where it is not there. */
  async drawMap({ name, spec }: NamedSpec, set: PaperSet): Promise<PaperMap | null> {
    try {
      const graph = await prepareGraph(spec);
      this.#context.report({ phase: `t-SNE of ${name}`, done: 0, total: null });
      return await keepPiece(this.#folder(set), `map-${graph.featureKey}`, () =>
        this.ask<PaperMap>('map', {
          ...{ name, ...this.#locate(graph), seed: 1, split: 'random' },
        } satisfies Omit<MapRequest, 'view'>),
      );
    } catch (error) {
      if (!(error instanceof FoveaError) || error.code !== 'not_found') throw error;
      return null;
    }
  }

  /** Seconds of the first run, also where this one finds the features computed. */
  async #measureFeatures(set: PaperSet, graph: PreparedGraph, spec: FeatureSpec): Promise<number> {
    const { seconds, computed } = await computeFeatures(graph, spec, this.#context);
    const all = computed >= set.images ? seconds : 0;
    const name = `seconds-${graph.featureKey}`;
    return (await keepPiece(this.#folder(set), name, () => Promise.resolve({ seconds: all }))).seconds;
  }

  #locate({ featureKey, dims }: PreparedGraph): Pick<FeatureRequest, 'featureKey' | 'featureFile' | 'dims'> {
    return { featureKey, dims, featureFile: featureFile(this.#context.library, featureKey) };
  }

  async #runAll(
    set: PaperSet,
    seeds: number,
    piece: string,
    name: string,
    run: (once: Once) => Promise<RunPiece>,
  ): Promise<RunPiece[]> {
    const splits: PaperSplit[] = set.grouped ? ['random', 'grouped'] : ['random'];
    const pieces: RunPiece[] = [];
    for (const split of splits) {
      for (let seed = 1; seed <= seeds; seed++) {
        this.#context.report({ phase: `${name}, ${split} split`, done: seed - 1, total: seeds });
        pieces.push(
          await keepPiece(this.#folder(set), `${piece}-${split}-${seed}`, () => run({ seed, split })),
        );
      }
    }
    return pieces;
  }

  #folder({ fingerprint }: PaperSet): string {
    return path.join(this.#params.outDir, 'pieces', fingerprint);
  }
}

const scaleEpochs = (scale: number): number => Math.max(1, Math.round(CNN_EPOCHS * scale));

function describeNotes({ epochsScale }: PaperParams, set: PaperSet): string[] {
  return [
    'The paper’s figures are of colour originals of colorectal histology, on its own machine; compare with other images and hardware only roughly.',
    'The heads are trained on features that are computed once; the paper ran the frozen network in every epoch.',
    ...(epochsScale === 1
      ? []
      : [
          `Simple_CNN was trained for ${scaleEpochs(epochsScale)} of its ${CNN_EPOCHS} epochs: its accuracy is not comparable.`,
        ]),
    ...(set.grouped
      ? ['A random split puts images of one patient on both sides; the grouped split does not.']
      : ['These images have no groups, so what a random split hides cannot be shown.']),
  ];
}
