import type { Tensor2D } from '@tensorflow/tfjs';
import type { ValueAndGradient } from '../math/lbfgs.ts';
import type { Tf } from './engines.ts';
import type { Standardiser } from './standardise.ts';

/** Features of some images with their classes; `weights` are per image and may be all 1. */
export interface Sample {
  /** `[n, inputs] float32`, raw: they are standardised on the engine. */
  readonly features: Float32Array;
  readonly standardiser: Standardiser;
  /** `[n]` class indices. */
  readonly labels: Int32Array;
  /** `[n]` */
  readonly weights: Float64Array;
  readonly inputs: number;
  readonly classes: number;
}

/** Unit of the bias in a point; near the best for the features of MobileNet (measured: 8 for 1,280). */
export function biasScale(inputs: number): number {
  return Math.max(1, Math.sqrt(inputs) / 4);
}

/** How well a point does on a sample: weighted mean loss without the penalty, and plain accuracy. */
export interface Fit {
  readonly loss: number;
  readonly accuracy: number;
}

/**
 * Softmax regression on one sample, on the engine. A point is `[inputs × classes kernel, classes bias / scale]`
 * with `biasScale`: many correlated features curve the loss far more than a bias does, and in common units
 * L-BFGS needs two to three times the iterations.
 * Only the two large products run on the engine; the loss is summed here in doubles, because a line search
 * needs more digits of it than float32 keeps. Hold it as short as possible and `dispose` it: it keeps the
 * features in the engine's memory.
 */
export class SoftmaxObjective {
  readonly #tf: Tf;
  readonly #sample: Sample;
  readonly #x: Tensor2D;
  /** Σ weights: the number of images where all weigh the same. */
  readonly weightSum: number;
  /** Number of images. */
  readonly size: number;
  readonly #biasScale: number;
  /** Of the newest evaluation. */
  fit: Fit = { loss: NaN, accuracy: NaN };

  constructor(tf: Tf, sample: Sample) {
    this.#tf = tf;
    this.#sample = sample;
    const n = sample.labels.length;
    this.size = n;
    this.#x = standardiseOnEngine(tf, sample);
    this.#biasScale = biasScale(sample.inputs);
    this.weightSum = sample.weights.reduce((sum, weight) => sum + weight, 0);
  }

  dispose(): void {
    this.#x.dispose();
  }

  /** Mean loss and accuracy at a point. */
  measure(point: Float64Array): Fit {
    const logits = this.#logits(point);
    return this.#summarise(logits, null);
  }

  /**
   * Mean weighted cross-entropy + ½ penalty ‖kernel‖² and its gradient. The minimiser is scikit-learn's
   * LogisticRegression of C = 1 / (penalty · Σ weights); the bias is not penalised.
   */
  evaluate(point: Float64Array, penalty: number): ValueAndGradient {
    const { inputs, classes } = this.#sample;
    const logits = this.#logits(point);
    const residuals = new Float32Array(logits.length);
    this.fit = this.#summarise(logits, residuals);
    const gradient = new Float64Array(point.length);
    const turned = this.#multiplyTurned(residuals);
    for (let k = 0, i = 0; k < classes; k++) {
      for (let j = 0; j < inputs; j++, i++) gradient[j * classes + k] = turned[i]!;
    }
    const kernelSize = inputs * classes;
    let squares = 0;
    for (let i = 0; i < kernelSize; i++) {
      squares += point[i]! * point[i]!;
      gradient[i]! += penalty * point[i]!;
    }
    for (let i = 0; i < residuals.length; i++) gradient[kernelSize + (i % classes)]! += residuals[i]!;
    for (let i = kernelSize; i < gradient.length; i++) gradient[i]! *= this.#biasScale;
    return { value: this.fit.loss + 0.5 * penalty * squares, gradient };
  }

  /** `[n, classes]`; the bias is added in doubles. */
  #logits(point: Float64Array): Float64Array {
    const { inputs, classes } = this.#sample;
    const kernel = Float32Array.from(point.subarray(0, inputs * classes));
    const products = this.#multiply(this.#x, this.#tf.tensor2d(kernel, [inputs, classes]));
    const logits = new Float64Array(products.length);
    for (let start = 0; start < logits.length; start += classes) {
      for (let k = 0; k < classes; k++) {
        logits[start + k] = products[start + k]! + point[inputs * classes + k]! * this.#biasScale;
      }
    }
    return logits;
  }

  /** `residualsᵀ · x`, `[classes, inputs]`: turning the few residuals is cheaper than turning the features. */
  #multiplyTurned(residuals: Float32Array): Float32Array {
    const { classes } = this.#sample;
    const turned = new Float32Array(residuals.length);
    for (let row = 0, i = 0; row < this.size; row++) {
      for (let k = 0; k < classes; k++, i++) turned[k * this.size + row] = residuals[i]!;
    }
    return this.#multiply(this.#tf.tensor2d(turned, [classes, this.size]), this.#x);
  }

  /** The product; frees the factor that is not the features. Reads outside of `tidy`, which walks what it returns. */
  #multiply(left: Tensor2D, right: Tensor2D): Float32Array {
    const product = this.#tf.matMul(left, right);
    const values = product.dataSync() as Float32Array;
    product.dispose();
    (left === this.#x ? right : left).dispose();
    return values;
  }

  /** Loss and accuracy; fills `residuals` with d loss / d logits when given. */
  #summarise(logits: Float64Array, residuals: Float32Array | null): Fit {
    const { labels, weights, classes } = this.#sample;
    const exponentials = new Float64Array(classes);
    const n = labels.length;
    let loss = 0;
    let hits = 0;
    for (let row = 0, start = 0; row < n; row++, start += classes) {
      const label = labels[row]!;
      const share = weights[row]! / this.weightSum;
      let largest = logits[start]!;
      for (let k = 1; k < classes; k++) {
        const logit = logits[start + k]!;
        if (logit > largest) largest = logit;
      }
      let sum = 0;
      for (let k = 0; k < classes; k++) {
        const value = Math.exp(logits[start + k]! - largest);
        exponentials[k] = value;
        sum += value;
      }
      const own = logits[start + label]!;
      loss += share * (Math.log(sum) + largest - own);
      if (own === largest) hits += 1;
      if (residuals === null) continue;
      const scale = share / sum;
      for (let k = 0; k < classes; k++) residuals[start + k] = exponentials[k]! * scale;
      residuals[start + label]! -= share;
    }
    return { loss, accuracy: hits / n };
  }
}

/** The features less their mean, times their inverse deviation. */
function standardiseOnEngine(tf: Tf, { features, inputs, labels, standardiser }: Sample): Tensor2D {
  return tf.tidy(() => {
    const raw = tf.tensor2d(features, [labels.length, inputs]);
    const centred = tf.sub(raw, tf.tensor1d(Float32Array.from(standardiser.mean)));
    raw.dispose();
    return tf.mul(centred, tf.tensor1d(Float32Array.from(standardiser.inverse))) as Tensor2D;
  });
}
