/** Σ aᵢ bᵢ. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * b[index]!;
  return sum;
}

/** The largest |aᵢ|; NaN when any element is NaN, 0 for an empty vector. */
export function maxAbs(a: Float64Array): number {
  let largest = 0;
  for (let index = 0; index < a.length; index += 1) {
    const size = Math.abs(a[index]!);
    if (size > largest || Number.isNaN(size)) largest = size;
    if (Number.isNaN(largest)) return largest;
  }
  return largest;
}

/** target += factor · a, in place. */
export function addScaled(target: Float64Array, factor: number, a: Float64Array): void {
  for (let index = 0; index < target.length; index += 1) target[index]! += factor * a[index]!;
}

/** target *= factor, in place. */
export function scale(target: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index += 1) target[index]! *= factor;
}

/** a − b as a new vector. */
export function subtract(a: Float64Array, b: Float64Array): Float64Array {
  const difference = new Float64Array(a.length);
  for (let index = 0; index < a.length; index += 1) difference[index] = a[index]! - b[index]!;
  return difference;
}

/** start + step · direction as a new vector. */
export function moveAlong(start: Float64Array, step: number, direction: Float64Array): Float64Array {
  const point = new Float64Array(start.length);
  for (let index = 0; index < start.length; index += 1)
    point[index] = start[index]! + step * direction[index]!;
  return point;
}
