import type { InferenceSession } from 'onnxruntime-node';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { ort } from '../features/onnxruntime.ts';
import type { BackboneModel } from '../features/layersModel.ts';
import { readLayersModel } from '../features/readLayersModel.ts';
import { createRandom } from '../math/random.ts';
import type { Head } from '../training/head.ts';
import { differentiateHead } from './headGradient.ts';
import {
  DIRECTION,
  FEATURES,
  GRADIENT,
  IMAGE,
  MAP,
  writeGradientGraph,
  writeMapGraph,
} from './writeSaliencyGraph.ts';

/** A value for each cell of a grid laid over the picture; higher counts more for the class. */
export interface SaliencyMap {
  /** `[height, width]`, row by row. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
}

export interface ClassMap extends SaliencyMap {
  /** The class's logit minus the mean of all. */
  readonly margin: number;
  /** What of the margin comes from no place in the picture. Margin = mean of `values` + this. */
  readonly constant: number;
}

export interface SmoothGradOptions {
  /** Noisy copies that are averaged. */
  readonly samples: number;
  /** Standard deviation of the noise, as a share of the picture's range of values. */
  readonly noise: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** As in Smilkov et al., who found 10–20 % noise and 50 samples; more than 20 hardly change what is seen here. */
export const SMOOTH_GRAD: Omit<SmoothGradOptions, 'signal'> = { samples: 20, noise: 0.12, seed: 1 };

/** A backbone that can be asked where in a picture a head finds its reasons. */
export interface Explainer {
  readonly side: number;
  /**
   * Class-activation map (Zhou et al., CVPR 2016) of `pixels` `[side, side, 3]` uint8: the head's gradient at this
   * image's features, applied to the last map before pooling. Exact for a linear head; for others the head as it is
   * at this image.
   */
  classMap(head: Head, pixels: Uint8Array, classIndex: number): Promise<ClassMap>;
  /**
   * Gradient × input, `[side, side]`, averaged over noisy copies (SmoothGrad, Smilkov et al. 2017) and summed over the
   * colours; the input is measured from the middle grey.
   */
  gradientTimesInput(
    head: Head,
    pixels: Uint8Array,
    classIndex: number,
    options: SmoothGradOptions,
  ): Promise<SaliencyMap>;
  close(): Promise<void>;
}

/** Reads a layers-model folder and makes it ready for inputs of a side. Throws `corrupt` or `unsupported`. */
export async function openExplainer(folder: string, side: number): Promise<Explainer> {
  return explainModel(await readLayersModel(folder), side);
}

/** Makes a network ready for inputs of a side. Throws `unsupported`. */
export async function explainModel(model: BackboneModel, side: number): Promise<Explainer> {
  const forward = await openGraph(writeMapGraph(model, side));
  let backward: InferenceSession | null = null;
  const shape = [1, side, side, 3];
  const look = async (image: Float32Array) => {
    const result = await forward.run({ [IMAGE]: new ort.Tensor('float32', image, shape) });
    return { features: result[FEATURES]!.data as Float32Array, map: result[MAP]! };
  };
  return {
    side,
    async classMap(head, pixels, classIndex) {
      const { features, map } = await look(Float32Array.from(pixels));
      const { direction, margin } = differentiateHead(head, features, classIndex);
      const [, channels = 0, height = 0, width = 0] = map.dims;
      const planes = map.data as Float32Array;
      const sums = new Float64Array(height * width);
      for (let c = 0; c < channels; c += 1) {
        for (let i = 0; i < sums.length; i += 1) sums[i]! += direction[c]! * planes[c * sums.length + i]!;
      }
      const mean = sums.reduce((sum, value) => sum + value, 0) / sums.length;
      return { values: Float32Array.from(sums), height, width, margin, constant: margin - mean };
    },
    async gradientTimesInput(head, pixels, classIndex, { samples, noise, seed, signal }) {
      backward ??= await openGraph(writeGradientGraph(model, side));
      const random = createRandom(seed);
      const [low, high] = rangeOf(pixels);
      const area = side * side;
      const sums = new Float64Array(3 * area);
      // A linear head has one gradient everywhere; others are asked anew at each copy.
      const fixed =
        head.layers.length === 1
          ? differentiateHead(head, new Float64Array(head.inputs), classIndex).direction
          : null;
      for (let sample = 0; sample < samples; sample += 1) {
        if (signal !== undefined) throwIfCancelled(signal);
        const spread = samples === 1 ? 0 : noise * (high - low);
        const image = Float32Array.from(pixels, (value) => value + spread * random.normal());
        const direction =
          fixed ?? differentiateHead(head, (await look(image)).features, classIndex).direction;
        const result = await backward.run({
          [IMAGE]: new ort.Tensor('float32', image, shape),
          [DIRECTION]: new ort.Tensor('float32', Float32Array.from(direction), [1, direction.length]),
        });
        const gradient = result[GRADIENT]!.data as Float32Array;
        for (let i = 0; i < sums.length; i += 1) sums[i]! += gradient[i]!;
      }
      const values = new Float32Array(area);
      for (let i = 0; i < area; i += 1) {
        for (let c = 0; c < 3; c += 1) {
          values[i]! += (sums[c * area + i]! / samples) * (pixels[3 * i + c]! - 127.5);
        }
      }
      return { values, height: side, width: side };
    },
    async close() {
      await forward.release();
      await backward?.release();
    },
  };
}

function openGraph(bytes: Uint8Array): Promise<InferenceSession> {
  return ort.InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
}

function rangeOf(pixels: Uint8Array): [number, number] {
  let low = 255;
  let high = 0;
  for (const value of pixels) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
