import type { ImageFlag } from '../../../shared/images.ts';

/** Cheap numbers by which a gallery can sort out bad pictures; all computed on at most 256 pixels a side. */
export interface Quality {
  /** Variance of the Laplacian (4-neighbour kernel) of luma; low is blurred (Pech-Pacheco et al. 2000). */
  readonly sharpness: number;
  /** Mean luma, 0 to 1. */
  readonly brightness: number;
  /** Standard deviation of luma, 0 to 0.5. */
  readonly contrast: number;
  /** Mean of (max − min) / max over the channels (HSV saturation), 0 to 1. */
  readonly saturation: number;
  /** Share of pixels that are paper-white (all channels ≥ 220) or empty (all ≤ 10). */
  readonly background: number;
  /**
   * Share of pixels that are not empty and whose optical density −log10((value + 1) / 256), the mean of the channels, is
   * at least 0.15: the threshold by which Macenko et al. (2009) tell stained tissue from glass.
   */
  readonly tissue: number;
  /** Share of pixels with nothing left above them: all channels ≥ 250. */
  readonly overexposed: number;
  /** Share of pixels with nothing left below them: all channels ≤ 5. */
  readonly underexposed: number;
}

const WHITE = 220;
const EMPTY = 10;
const TISSUE_DENSITY = 0.15;
const BLOWN = 250;
const CRUSHED = 5;

/** Shares from which on an image is flagged. */
const FLAGGED = { background: 0.8, overexposed: 0.5, underexposed: 0.5 } as const;

/** The flags that the numbers of a picture give it. */
export function flagQuality(quality: Quality): ImageFlag[] {
  const flags: ImageFlag[] = [];
  if (quality.background >= FLAGGED.background) flags.push('background');
  if (quality.overexposed >= FLAGGED.overexposed) flags.push('overexposed');
  if (quality.underexposed >= FLAGGED.underexposed) flags.push('underexposed');
  return flags;
}

/** Optical density of each value of a channel. */
const DENSITY = Float64Array.from({ length: 256 }, (_, value) => -Math.log10((value + 1) / 256));

/** Luma is kept in thousandths, as whole numbers: exact sums, and a uniform picture measures exactly 0. */
const LUMA_UNIT = 1000;

/** Measures an RGB picture `[height, width, 3]` uint8. Luma is ITU-R BT.601: (299 R + 587 G + 114 B) / 1000. */
export function measureQuality(rgb: Uint8Array, width: number, height: number): Quality {
  const pixels = width * height;
  const luma = new Int32Array(pixels);
  let sum = 0;
  let squares = 0;
  let saturation = 0;
  let background = 0;
  let tissue = 0;
  let overexposed = 0;
  let underexposed = 0;
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += 3) {
    const red = rgb[at]!;
    const green = rgb[at + 1]!;
    const blue = rgb[at + 2]!;
    const value = 299 * red + 587 * green + 114 * blue;
    luma[pixel] = value;
    sum += value;
    squares += value * value;
    const most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
    const least = red < green ? (red < blue ? red : blue) : green < blue ? green : blue;
    if (most > 0) saturation += (most - least) / most;
    if (least >= WHITE || most <= EMPTY) background += 1;
    if (least >= BLOWN) overexposed += 1;
    if (most <= CRUSHED) underexposed += 1;
    const density = (DENSITY[red]! + DENSITY[green]! + DENSITY[blue]!) / 3;
    if (most > EMPTY && density >= TISSUE_DENSITY) tissue += 1;
  }
  return {
    sharpness: varianceOfLaplacian(luma, width, height),
    brightness: sum / pixels / (255 * LUMA_UNIT),
    contrast: Math.sqrt(variance(sum, squares, pixels)) / (255 * LUMA_UNIT),
    saturation: saturation / pixels,
    background: background / pixels,
    tissue: tissue / pixels,
    overexposed: overexposed / pixels,
    underexposed: underexposed / pixels,
  };
}

/** Over the inner pixels; 0 for pictures without any. */
function varianceOfLaplacian(luma: Int32Array, width: number, height: number): number {
  if (width < 3 || height < 3) return 0;
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at++) {
      const value = luma[at - 1]! + luma[at + 1]! + luma[at - width]! + luma[at + width]! - 4 * luma[at]!;
      sum += value;
      squares += value * value;
    }
  }
  return variance(sum, squares, (width - 2) * (height - 2)) / LUMA_UNIT ** 2;
}

function variance(sum: number, squares: number, count: number): number {
  return Math.max(0, (squares - (sum * sum) / count) / count);
}
