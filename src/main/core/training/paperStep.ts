import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ort } from '../features/onnxruntime.ts';
import type { Matrix } from './engineProducts.ts';
import type { Tf } from './engines.ts';
import { gradientOf, listPaperParameters, writePaperGraph } from './paperGraph.ts';
import type { PaperNetwork } from './paperNetwork.ts';
import { measureLogits, spreadTargets, type Targets } from './targets.ts';
import type { Gradients } from './trainEpochs.ts';

/** Computes loss and gradients of a network's batches in training mode. */
export interface PaperStep {
  compute(input: Matrix, targets: Targets): Promise<Gradients>;
  close(): Promise<void>;
  /** Who computes in the engine's place, with its version; absent where the engine does. */
  readonly by?: string;
}

/**
 * On a CPU the engine's dozens of small operations would take ten times as long as their arithmetic, so one graph run
 * by onnxruntime does the whole step: the same mathematics, tested against TensorFlow.js step by step. A GPU engine
 * does it itself.
 */
export function openPaperStep(tf: Tf, network: PaperNetwork): Promise<PaperStep> {
  return usesGpu(tf) ? Promise.resolve(openEngineStep(network)) : openGraphStep(network);
}

function usesGpu(tf: Tf): boolean {
  return (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
}

function openEngineStep(network: PaperNetwork): PaperStep {
  return {
    compute: (input, targets) => Promise.resolve(network.computeGradients(input, targets)),
    close: () => Promise.resolve(),
  };
}

/** One thread: two of them gain nothing on batches this small, and spin while other processes want to work. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

/** The step as one graph. It reads the network's parameters where they lie, so the optimiser's changes are seen. */
export async function openGraphStep(network: PaperNetwork): Promise<PaperStep> {
  const { classes, inputs } = network;
  const session = await ort.InferenceSession.create(writePaperGraph(inputs, classes), SESSION_OPTIONS);
  const specs = listPaperParameters(inputs, classes);
  const gradients = network.parameters.map((values) => network.arena.allocate(values.length));
  const feeds: Record<string, Tensor> = {};
  const fetches: Record<string, Tensor | null> = { logits: null };
  for (const [i, { name, shape }] of specs.entries()) {
    feeds[name] = new ort.Tensor('float32', network.parameters[i]!, shape);
    fetches[gradientOf(name)] = new ort.Tensor('float32', gradients[i]!, shape);
  }
  return {
    async compute({ values, rows, columns }, targets) {
      const { logits } = await session.run(
        {
          ...feeds,
          x: new ort.Tensor('float32', values, [rows, columns]),
          targets: new ort.Tensor('float32', spreadTargets(targets, classes), [rows, classes]),
          shares: new ort.Tensor(
            'float32',
            Float32Array.from(targets.weights, (weight) => weight / rows),
            [rows, 1],
          ),
          inverse: new ort.Tensor('float32', Float32Array.of(1 / rows), []),
        },
        fetches,
      );
      return { ...measureLogits(logits!.data as Float32Array, targets, null), gradients };
    },
    close: () => session.release(),
    by: `onnxruntime ${ort.env.versions.node ?? ort.env.versions.common}`,
  };
}
