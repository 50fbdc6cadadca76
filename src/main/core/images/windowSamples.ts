/** How stored sample values become 8 bits. */
export interface Window {
  /** These values become 0 and 255. */
  readonly low: number;
  readonly high: number;
  /** False when the whole range that the format can hold is shown as it is. */
  readonly isWindowed: boolean;
  /** The values span less than 1/64 of what the format can hold: nearly uniform. */
  readonly isLowContrast: boolean;
}

/** The darkest and brightest thousandth may be clipped: dead and hot pixels must not set the window. */
const CLIPPED = 0.001;
/** A range this small a part of what the format holds is widened; real 16-bit photographs use more. */
const WINDOW_BELOW = 1 / 4;
const LOW_CONTRAST_BELOW = 1 / 64;
/** Floating samples looked at for percentiles. */
const MAX_SAMPLE = 1_000_000;
const MAX_PIXELS_LOOKED_AT = 40_000;

export type DeepSamples = Uint16Array | Int16Array | Float32Array;

/** How samples are stored in the file; signed 16-bit ones arrive with 32,768 added. */
export type SampleKind = 'unsigned16' | 'signed16' | 'signed8' | 'float';

/**
 * Chooses the window of `[pixels, channels]` samples, one for all colour channels so that hues stay; the last
 * channel is left out when `hasAlpha`. Unsigned 16-bit values that use at least a quarter of 0–65,535 are shown
 * whole (value / 257), and so are floating values that stay inside 0–1 and use at least a quarter of it;
 * everything else is stretched linearly from its 0.1 to its 99.9 percentile.
 */
export function chooseWindow(
  samples: DeepSamples,
  channels: number,
  hasAlpha: boolean,
  kind: SampleKind,
): Window {
  const colors = hasAlpha ? channels - 1 : channels;
  if (!(samples instanceof Float32Array)) {
    const [low, high] = percentilesByHistogram(samples, channels, colors);
    const share = (high - low) / (kind === 'signed8' ? 255 : 65_535);
    return kind === 'unsigned16' && share >= WINDOW_BELOW
      ? { low: 0, high: 65_535, isWindowed: false, isLowContrast: false }
      : { low, high, isWindowed: true, isLowContrast: share < LOW_CONTRAST_BELOW };
  }
  const sorted = pickFinite(samples, channels, colors);
  const [low, high] = [at(sorted, CLIPPED), at(sorted, 1 - CLIPPED)];
  const isUnit = at(sorted, 0) >= 0 && at(sorted, 1) <= 1;
  return isUnit && high - low >= WINDOW_BELOW
    ? { low: 0, high: 1, isWindowed: false, isLowContrast: false }
    : { low, high, isWindowed: true, isLowContrast: high === low };
}

/** Maps samples to 8 bits through a window, rounding to nearest; NaN becomes 0. Alpha keeps its full range. */
export function applyWindow(
  samples: DeepSamples,
  channels: number,
  hasAlpha: boolean,
  { low, high }: Window,
): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(samples.length);
  const scale = high > low ? 255 / (high - low) : 0;
  const alphaScale = samples instanceof Float32Array ? 255 : 255 / 65_535;
  for (let i = 0; i < samples.length; i++) {
    const isAlpha = hasAlpha && i % channels === channels - 1;
    const value = isAlpha ? samples[i]! * alphaScale : (samples[i]! - low) * scale;
    output[i] = value >= 255 ? 255 : value > 0 ? value + 0.5 : 0;
  }
  return output;
}

function at(sorted: Float32Array, fraction: number): number {
  return sorted[Math.round(fraction * (sorted.length - 1))] ?? 0;
}

/** Sorted finite colour values, at most a million of them, evenly spread over the picture. */
function pickFinite(samples: Float32Array, channels: number, colors: number): Float32Array {
  const pixels = samples.length / channels;
  const step = Math.max(1, Math.floor((pixels * colors) / MAX_SAMPLE));
  const picked = new Float32Array(Math.ceil(pixels / step) * colors);
  let count = 0;
  for (let pixel = 0; pixel < pixels; pixel += step) {
    for (let color = 0; color < colors; color++) {
      const value = samples[pixel * channels + color]!;
      if (Number.isFinite(value)) picked[count++] = value;
    }
  }
  return picked.subarray(0, count).sort();
}

function percentilesByHistogram(
  samples: Uint16Array | Int16Array,
  channels: number,
  colors: number,
): [low: number, high: number] {
  const offset = samples instanceof Int16Array ? 32_768 : 0;
  const histogram = new Uint32Array(65_536);
  for (let pixel = 0; pixel < samples.length; pixel += channels) {
    for (let color = 0; color < colors; color++) histogram[samples[pixel + color]! + offset]!++;
  }
  const total = (samples.length / channels) * colors;
  const below = Math.round(CLIPPED * (total - 1));
  return [rankOf(histogram, below) - offset, rankOf(histogram, total - 1 - below) - offset];
}

/**
 * True when no channel of an RGB picture `[pixels, 3]` uint8 spans 4 of 255 levels (1/64) between its 0.1 and
 * 99.9 percentile. Large pictures are sampled.
 */
export function isNearlyUniform(rgb: Uint8Array): boolean {
  const pixels = rgb.length / 3;
  const step = Math.ceil(pixels / MAX_PIXELS_LOOKED_AT);
  const histograms = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)];
  let count = 0;
  for (let at = 0; at < rgb.length; at += 3 * step, count++) {
    histograms[0]![rgb[at]!]!++;
    histograms[1]![rgb[at + 1]!]!++;
    histograms[2]![rgb[at + 2]!]!++;
  }
  const clipped = Math.round(CLIPPED * (count - 1));
  return histograms.every((histogram) => {
    const low = rankOf(histogram, clipped);
    return rankOf(histogram, count - 1 - clipped) - low < 256 * LOW_CONTRAST_BELOW;
  });
}

/** The value that stands at `rank` (from 0) when all counted values are sorted. */
function rankOf(histogram: Uint32Array, rank: number): number {
  let seen = 0;
  for (let value = 0; value < histogram.length; value++) {
    seen += histogram[value]!;
    if (seen > rank) return value;
  }
  return histogram.length - 1;
}
