/** Bits of a weight in fixed point: 32 − 8 (a pixel) − 2 (head room), as Pillow's Resample.c. */
const PRECISION_BITS = 32 - 8 - 2;
const HALF = 1 << (PRECISION_BITS - 1);

/** Weights of one axis: output i is the weighted sum of `count[i]` inputs from `first[i]`. */
interface Axis {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `[outSize, taps]` fixed-point weights, each row padded with zeros. */
  readonly weights: Int32Array;
  readonly taps: number;
}

/** An import meets few sizes again and again; the oldest table leaves when there are this many. */
const CACHED_AXES = 64;
const axes = new Map<number, Axis>();

/** Triangle filter over `max(1, shrink)` input pixels: `precompute_coeffs` of Pillow's Resample.c. */
function computeAxis(inSize: number, outSize: number): Axis {
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const support = filterScale;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const weights = new Int32Array(outSize * taps);
  const row = new Float64Array(taps);
  for (let out = 0; out < outSize; out++) {
    const center = (out + 0.5) * scale;
    const start = Math.max(Math.trunc(center - support + 0.5), 0);
    const length = Math.min(Math.trunc(center + support + 0.5), inSize) - start;
    let sum = 0;
    for (let tap = 0; tap < length; tap++) {
      const distance = Math.abs((tap + start - center + 0.5) * (1 / filterScale));
      const weight = distance < 1 ? 1 - distance : 0;
      row[tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < length; tap++) {
      const weight = sum === 0 ? row[tap]! : row[tap]! / sum;
      weights[out * taps + tap] = Math.trunc(0.5 + weight * (1 << PRECISION_BITS));
    }
    first[out] = start;
    count[out] = length;
  }
  return { first, count, weights, taps };
}

function axisFor(inSize: number, outSize: number): Axis {
  const key = inSize * 65_536 + outSize;
  const known = axes.get(key);
  if (known !== undefined) return known;
  const axis = computeAxis(inSize, outSize);
  if (axes.size >= CACHED_AXES) axes.delete(axes.keys().next().value!);
  axes.set(key, axis);
  return axis;
}

/** Along each row, three interleaved channels: `[rows, inWidth, 3]` → `[rows, outWidth, 3]`. */
function resizeRowsRgb(
  input: Uint8Array | Uint8ClampedArray,
  output: Uint8Array,
  rows: number,
  inWidth: number,
  axis: Axis,
): void {
  const { first, count, weights, taps } = axis;
  const outWidth = first.length;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const rowStart = row * inWidth * 3;
    for (let x = 0; x < outWidth; x++) {
      let from = rowStart + first[x]! * 3;
      let weightAt = x * taps;
      const weightEnd = weightAt + count[x]!;
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      while (weightAt < weightEnd) {
        const weight = weights[weightAt++]!;
        red = (red + Math.imul(input[from]!, weight)) | 0;
        green = (green + Math.imul(input[from + 1]!, weight)) | 0;
        blue = (blue + Math.imul(input[from + 2]!, weight)) | 0;
        from += 3;
      }
      output[at] = red >> PRECISION_BITS;
      output[at + 1] = green >> PRECISION_BITS;
      output[at + 2] = blue >> PRECISION_BITS;
      at += 3;
    }
  }
}

/** The same for any number of channels. */
function resizeRows(
  input: Uint8Array | Uint8ClampedArray,
  output: Uint8Array,
  rows: number,
  inWidth: number,
  channels: number,
  axis: Axis,
): void {
  const { first, count, weights, taps } = axis;
  const outWidth = first.length;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const rowStart = row * inWidth * channels;
    for (let x = 0; x < outWidth; x++) {
      for (let channel = 0; channel < channels; channel++) {
        let from = rowStart + first[x]! * channels + channel;
        let sum = HALF;
        for (let tap = 0; tap < count[x]!; tap++, from += channels) {
          sum = (sum + Math.imul(input[from]!, weights[x * taps + tap]!)) | 0;
        }
        output[at++] = sum >> PRECISION_BITS;
      }
    }
  }
}

/** Across rows of `stride` bytes: each output row is a weighted sum of whole input rows. */
function resizeColumns(
  input: Uint8Array | Uint8ClampedArray,
  output: Uint8Array,
  stride: number,
  axis: Axis,
): void {
  const { first, count, weights, taps } = axis;
  const sums = new Int32Array(stride);
  for (let y = 0; y < first.length; y++) {
    const out = y * stride;
    let from = first[y]! * stride;
    const tap = y * taps;
    if (count[y]! === 2) {
      // Enlarging needs no more than two rows, and can then do without the sums.
      const upper = weights[tap]!;
      const lower = weights[tap + 1]!;
      for (let i = 0; i < stride; i++) {
        const sum = (Math.imul(input[from + i]!, upper) + Math.imul(input[from + stride + i]!, lower)) | 0;
        output[out + i] = (sum + HALF) >> PRECISION_BITS;
      }
      continue;
    }
    sums.fill(HALF);
    for (let k = 0; k < count[y]!; k++, from += stride) {
      const weight = weights[tap + k]!;
      for (let i = 0; i < stride; i++) sums[i] = (sums[i]! + Math.imul(input[from + i]!, weight)) | 0;
    }
    for (let i = 0; i < stride; i++) output[out + i] = sums[i]! >> PRECISION_BITS;
  }
}

/**
 * Resizes an 8-bit picture bit for bit as Pillow's `Image.resize((outWidth, outHeight), BILINEAR)`: a triangle
 * filter widened when shrinking (so fine texture does not alias), rows first, rounded to 8 bits between the
 * passes (Pillow up to 12; 13 takes columns first for tall pictures and then differs by at most 2 of 255).
 * The one resampling of the studio: import, prediction and the exported page all use it.
 *
 * `rgb` is `[height, width, channels]` uint8, the result `[outHeight, outWidth, channels]`; the aspect is not
 * kept. Never returns the input itself. Throws RangeError when sizes and data disagree.
 */
export function resizeBilinear(
  rgb: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
  channels = 3,
): Uint8Array<ArrayBuffer> {
  if (width < 1 || height < 1 || outWidth < 1 || outHeight < 1 || rgb.length !== width * height * channels) {
    throw new RangeError(
      `${rgb.length} values are not a ${width} × ${height} picture of ${channels} channels.`,
    );
  }
  let wide: Uint8Array<ArrayBuffer> | undefined;
  if (outWidth !== width) {
    wide = new Uint8Array(outWidth * height * channels);
    const axis = axisFor(width, outWidth);
    if (channels === 3) resizeRowsRgb(rgb, wide, height, width, axis);
    else resizeRows(rgb, wide, height, width, channels, axis);
  }
  if (outHeight === height) return wide ?? new Uint8Array(rgb);
  const output = new Uint8Array(outWidth * outHeight * channels);
  resizeColumns(wide ?? rgb, output, outWidth * channels, axisFor(height, outHeight));
  return output;
}
