import type { InferenceSession } from 'onnxruntime-node';
import { FoveaError } from '../../../shared/errors.ts';
import type { ColourChange } from '../../../shared/training.ts';
import { GRAPH_INPUT, GRAPH_OUTPUT } from './graphNames.ts';
import { ort } from './onnxruntime.ts';

/**
 * Images per run of the network: more do not fit the processor's cache (8 are 3 % slower and take 20 MiB
 * more). Features do not depend on it: each image is computed alike in any batch.
 */
export const MAX_BATCH = 4;

export interface GraphSpec {
  readonly graphPath: string;
  /** Input side in pixels. */
  readonly side: number;
  readonly dims: number;
  /** Several networks and views whose features stand side by side; `dims` then counts them all. */
  readonly ensemble?: Ensemble;
  /** No network: a row is the picture itself, its bytes in the place of `dims` floats. */
  readonly isPicture?: boolean;
}

export interface Ensemble {
  readonly parts: readonly GraphSpec[];
  readonly views: number;
  readonly colour: ColourChange;
}

/** A frozen backbone ready to run in this process, on one thread. */
export interface FeatureExtractor {
  readonly side: number;
  readonly dims: number;
  /**
   * Features of `count` images: `pixels` uint8 RGB `[count, side, side, 3]` → float32 `[count, dims]`.
   * Any count; runs in batches of at most 4. Blocks this thread while a batch runs, so call it in a worker
   * process. Throws `invalid` when the sizes do not match.
   */
  extract(pixels: Uint8Array, count: number): Promise<Float32Array>;
  /** Frees the network. */
  close(): Promise<void>;
}

/** Loads a graph of `prepareGraph` into this process. Throws `corrupt` when the graph cannot be loaded. */
export async function openExtractor(spec: GraphSpec): Promise<FeatureExtractor> {
  const session = await loadSession(spec.graphPath);
  const imageBytes = spec.side * spec.side * 3;
  const runBatch = async (pixels: Uint8Array, count: number): Promise<Float32Array> => {
    const shape = [count, spec.side, spec.side, 3];
    const result = await session.run({ [GRAPH_INPUT]: new ort.Tensor('uint8', pixels, shape) });
    const features = result[GRAPH_OUTPUT]?.data;
    if (!(features instanceof Float32Array) || features.length !== count * spec.dims) {
      throw new FoveaError('internal', 'The network gave features of another size than it promised.');
    }
    return features;
  };
  return {
    side: spec.side,
    dims: spec.dims,
    async extract(pixels, count) {
      if (!Number.isInteger(count) || count < 1 || pixels.length < count * imageBytes) {
        throw new FoveaError('invalid', 'The pixels do not match the number of images.');
      }
      const features = new Float32Array(count * spec.dims);
      for (let first = 0; first < count; first += MAX_BATCH) {
        const size = Math.min(MAX_BATCH, count - first);
        const batch = pixels.subarray(first * imageBytes, (first + size) * imageBytes);
        features.set(await runBatch(batch, size), first * spec.dims);
      }
      return features;
    },
    close: () => session.release(),
  };
}

async function loadSession(graphPath: string): Promise<InferenceSession> {
  try {
    // Two threads inside one session spin and lose under load: more cores are used by more processes.
    return await ort.InferenceSession.create(graphPath, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Patterns are kept for every batch size that occurs, and gain nothing here.
      enableMemPattern: false,
      // Errors only: its warnings about the machine would mix with messages for people.
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw new FoveaError('corrupt', 'The network could not be loaded.', {
      subject: graphPath,
      todo: 'Run "fovea doctor" to see whether the backbone and the engine are whole.',
      cause: error,
    });
  }
}
