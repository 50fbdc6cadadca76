import type { Head } from '../training/head.ts';

/**
 * A head of one dense layer for another list of classes: what it knows of a class goes with the class, and a class
 * that it does not know starts from nothing.
 */
export function widenHead(head: Head, from: readonly number[], to: readonly number[]): Head {
  const [layer] = head.layers;
  if (layer?.kind !== 'dense') throw new Error('Only a head of one dense layer can be widened.');
  if (from.length === to.length && from.every((classId, k) => classId === to[k])) return head;
  const kernel = new Float32Array(layer.inputs * to.length);
  const bias = new Float32Array(to.length);
  for (const [k, classId] of to.entries()) {
    const old = from.indexOf(classId);
    if (old < 0) continue;
    bias[k] = layer.bias[old]!;
    for (let i = 0; i < layer.inputs; i++) kernel[i * to.length + k] = layer.kernel[i * from.length + old]!;
  }
  return {
    inputs: head.inputs,
    classes: to.length,
    layers: [{ ...layer, units: to.length, kernel, bias }],
  };
}
