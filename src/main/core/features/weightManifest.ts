import path from 'node:path';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import type { WeightTensor } from './layersModel.ts';

const Dimension = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));

const Group = v.object({
  paths: v.pipe(v.array(v.string()), v.minLength(1)),
  weights: v.array(
    v.object({
      name: v.pipe(v.string(), v.minLength(1)),
      shape: v.pipe(v.array(Dimension), v.maxLength(4)),
      dtype: v.literal('float32'),
      quantization: v.optional(v.never()),
    }),
  ),
});

/** The part of model.json that says which weights lie where. */
export const WeightManifest = v.pipe(v.array(Group), v.minLength(1), v.maxLength(500));
export type WeightManifest = v.InferOutput<typeof WeightManifest>;

/** Refuses a weight file name that is anything but a plain name in the model's own folder. */
export function requirePlainName(name: string, folder: string): void {
  const plain = /^[\w.-]{1,255}$/.test(name) && !name.startsWith('.') && path.basename(name) === name;
  if (!plain) {
    throw new FoveaError('corrupt', 'The model names a weight file outside its own folder.', {
      subject: folder,
      todo: 'Do not use this copy of the backbone; run the set-up again.',
    });
  }
}

/**
 * Cuts the bytes of one manifest group into named tensors.
 * Throws `corrupt` when the bytes are too few or too many, when a name comes twice, or when a number is not finite.
 */
export function cutWeights(
  group: WeightManifest[number],
  bytes: Uint8Array,
  folder: string,
  into: Map<string, WeightTensor>,
): void {
  const expected = group.weights.reduce((sum, weight) => sum + 4 * countOf(weight.shape), 0);
  if (expected !== bytes.byteLength) {
    throw damaged(folder, `The weight files hold ${bytes.byteLength} bytes where ${expected} are named.`);
  }
  // A copy, because a Buffer may begin at an address that Float32Array does not accept.
  const floats = new Float32Array(new Uint8Array(bytes).buffer);
  let start = 0;
  for (const weight of group.weights) {
    if (into.has(weight.name)) throw damaged(folder, `The weight ${weight.name} is named twice.`);
    const data = floats.subarray(start, start + countOf(weight.shape));
    if (!data.every(Number.isFinite)) {
      throw damaged(folder, `The weight ${weight.name} holds a value that is not a number.`);
    }
    into.set(weight.name, { shape: weight.shape, data });
    start += data.length;
  }
}

export function damaged(folder: string, sentence: string): FoveaError {
  return new FoveaError('corrupt', sentence, {
    subject: folder,
    todo: 'This copy of the backbone is damaged; run the set-up again to get a whole one.',
  });
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
