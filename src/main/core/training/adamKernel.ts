/** Adam's constants in Keras and TensorFlow.js. */
export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-7;
/** Added and taken away again, it makes first moments of next to nothing zero: tiny floats are a hundred times as slow. */
const TINY = 1e-30;

/**
 * One update of one array: byte offsets of parameters, gradients, first and second moments, the end of the parameters
 * (all multiples of 16), the learning rate over 1 − β₁ᵗ, and 1 / (1 − β₂ᵗ).
 */
export type AdamKernel = (
  parameters: number,
  gradients: number,
  first: number,
  second: number,
  end: number,
  rate: number,
  scale: number,
) => void;

/** Adam on four floats at a time over some memory, assembled here: a few dozen instructions need no compiler. */
export function makeAdamKernel(memory: WebAssembly.Memory): AdamKernel {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(assemble()), { env: { memory } });
  return instance.exports['step'] as AdamKernel;
}

const [I32, F32, V128] = [0x7f, 0x7d, 0x7b];
// The function's parameters, in order, and its local vectors.
const [PARAMETERS, GRADIENTS, FIRST, SECOND, END, RATE, SCALE] = [0, 1, 2, 3, 4, 5, 6];
const [RATES, SCALES, GRADIENT, M, V, KEPT1, NEW1, KEPT2, NEW2, EPSILONS, TINIES] = [
  7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
];

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const load = (pointer: number): number[] => [...get(pointer), 0xfd, 0x00, 4, 0];
const STORE = [0xfd, 0x0b, 4, 0];
const SPLAT = [0xfd, 0x13];
const SQRT = [0xfd, 0xe3, 0x01];
const ADD = [0xfd, 0xe4, 0x01];
const SUB = [0xfd, 0xe5, 0x01];
const MUL = [0xfd, 0xe6, 0x01];
const DIV = [0xfd, 0xe7, 0x01];
const constant = (value: number, local: number): number[] => [
  0x43,
  ...new Uint8Array(Float32Array.of(value).buffer),
  ...SPLAT,
  ...set(local),
];
const advance = (pointer: number): number[] => [...get(pointer), 0x41, 16, 0x6a];

const BODY = [
  ...get(RATE),
  ...SPLAT,
  ...set(RATES),
  ...get(SCALE),
  ...SPLAT,
  ...set(SCALES),
  ...constant(BETA1, KEPT1),
  ...constant(1 - BETA1, NEW1),
  ...constant(BETA2, KEPT2),
  ...constant(1 - BETA2, NEW2),
  ...constant(EPSILON, EPSILONS),
  ...constant(TINY, TINIES),
  // loop
  ...[0x03, 0x40],
  ...[...load(GRADIENTS), ...set(GRADIENT)],
  // m = β₁ m + (1 − β₁) g
  ...get(FIRST),
  ...[...get(KEPT1), ...load(FIRST), ...MUL, ...get(NEW1), ...get(GRADIENT), ...MUL, ...ADD],
  ...[...get(TINIES), ...ADD, ...get(TINIES), ...SUB, ...tee(M), ...STORE],
  // v = β₂ v + (1 − β₂) g²
  ...get(SECOND),
  ...[...get(KEPT2), ...load(SECOND), ...MUL],
  ...[...get(NEW2), ...get(GRADIENT), ...MUL, ...get(GRADIENT), ...MUL, ...ADD, ...tee(V), ...STORE],
  // w = w − rate m / (√(scale v) + ε)
  ...get(PARAMETERS),
  ...[...load(PARAMETERS), ...get(RATES), ...get(M), ...MUL],
  ...[...get(SCALES), ...get(V), ...MUL, ...SQRT, ...get(EPSILONS), ...ADD, ...DIV, ...SUB, ...STORE],
  ...[...advance(GRADIENTS), ...set(GRADIENTS), ...advance(FIRST), ...set(FIRST)],
  ...[...advance(SECOND), ...set(SECOND), ...advance(PARAMETERS), ...tee(PARAMETERS)],
  // while below the end
  ...[...get(END), 0x49, 0x0d, 0],
  ...[0x0b, 0x0b],
];

/** The module: one imported memory, one exported function. */
function assemble(): Uint8Array<ArrayBuffer> {
  const code = [1, TINIES - RATES + 1, V128, ...BODY];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 7, I32, I32, I32, I32, I32, F32, F32, 0]),
    ...section(2, [1, ...name('env'), ...name('memory'), 2, 0, 0]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('step'), 0, 0]),
    ...section(10, [1, ...sized(code)]),
  ]);
}

const name = (text: string): number[] => sized([...new TextEncoder().encode(text)]);
const sized = (bytes: readonly number[]): number[] => [...encodeLength(bytes.length), ...bytes];
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];

/** Unsigned LEB128 of a length below 16,384. */
function encodeLength(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, length >> 7];
}
