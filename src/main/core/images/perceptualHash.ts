import { resizeBilinear } from '../../../shared/resize.ts';

/** The picture is brought to SIDE × SIDE, of whose cosine transform the LOW × LOW slowest waves are kept. */
const SIDE = 32;
const LOW = 8;

/** Below this standard deviation of luma (of 255) only noise is left to hash. */
const MIN_DEVIATION = 2;

/** `[LOW, SIDE]`: the first rows of the type-II cosine transform; scale does not matter for a sign. */
const WAVES = Float64Array.from({ length: LOW * SIDE }, (_, index) => {
  const wave = Math.floor(index / SIDE);
  return Math.cos((Math.PI * wave * (2 * (index % SIDE) + 1)) / (2 * SIDE));
});

/** Bytes of one hash, and how many a picture has: one for each way to turn and mirror it. */
export const HASH_BYTES = 8;
export const ORIENTATIONS = 8;

/**
 * The perceptual hashes of an RGB picture `[height, width, 3]` uint8: for each of its eight orientations, the upright
 * one first, 64 bits, one for each of the slowest cosine waves, set where its part in the picture is above the median
 * (Zauner 2010, "pHash"). The same picture in another size, format or quality differs in few bits, and turned or
 * mirrored it agrees with another of the eight. Empty when the picture is too uniform to tell it from another.
 */
export function hashPicture(rgb: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const luma = readLuma(resizeBilinear(rgb, width, height, SIDE, SIDE));
  if (deviation(luma) < MIN_DEVIATION) return new Uint8Array(0);
  const waves = transformLow(luma);
  const hashes = new Uint8Array(HASH_BYTES * ORIENTATIONS);
  for (let orientation = 0; orientation < ORIENTATIONS; orientation += 1) {
    hashes.set(hashWaves(orient(waves, orientation)), orientation * HASH_BYTES);
  }
  return hashes;
}

/**
 * The waves of the picture mirrored across (bit 0), down (bit 1) and at its diagonal (bit 2): mirroring turns the sign of
 * the odd waves of its direction, the diagonal exchanges the directions.
 */
function orient(waves: Float64Array, orientation: number): Float64Array {
  return Float64Array.from({ length: LOW * LOW }, (_, at) => {
    const down = Math.floor(at / LOW);
    const across = at % LOW;
    const value = waves[(orientation & 4) !== 0 ? across * LOW + down : at]!;
    const isTurned = (orientation & 1 & across) !== ((orientation >> 1) & down & 1);
    return isTurned ? -value : value;
  });
}

function hashWaves(waves: Float64Array): Uint8Array {
  // The first wave is the mean, which says only how bright the picture is.
  const median = medianOf(waves.subarray(1));
  const hash = new Uint8Array(HASH_BYTES);
  for (let bit = 0; bit < 64; bit += 1) if (waves[bit]! > median) hash[bit >> 3]! |= 1 << (bit & 7);
  return hash;
}

function readLuma(rgb: Uint8Array): Float64Array {
  return Float64Array.from(
    { length: SIDE * SIDE },
    (_, at) => 0.299 * rgb[3 * at]! + 0.587 * rgb[3 * at + 1]! + 0.114 * rgb[3 * at + 2]!,
  );
}

function deviation(values: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / values.length - (sum / values.length) ** 2));
}

/** `[LOW, LOW]` of the two-dimensional transform of `[SIDE, SIDE]`. */
function transformLow(luma: Float64Array): Float64Array {
  const rows = new Float64Array(SIDE * LOW);
  for (let y = 0; y < SIDE; y += 1) {
    for (let wave = 0; wave < LOW; wave += 1) {
      let sum = 0;
      for (let x = 0; x < SIDE; x += 1) sum += luma[y * SIDE + x]! * WAVES[wave * SIDE + x]!;
      rows[y * LOW + wave] = sum;
    }
  }
  const waves = new Float64Array(LOW * LOW);
  for (let down = 0; down < LOW; down += 1) {
    for (let across = 0; across < LOW; across += 1) {
      let sum = 0;
      for (let y = 0; y < SIDE; y += 1) sum += rows[y * LOW + across]! * WAVES[down * SIDE + y]!;
      waves[down * LOW + across] = sum;
    }
  }
  return waves;
}

function medianOf(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1]!;
}
