/** Four cheap numbers by which a gallery can sort out bad pictures; all computed on at most 256 pixels a side. */
export interface Quality {
  /** Variance of the Laplacian (4-neighbour kernel) of luma; low is blurred (Pech-Pacheco et al. 2000). */
  readonly sharpness: number;
  /** Mean luma, 0 to 1. */
  readonly brightness: number;
  /** Standard deviation of luma, 0 to 0.5. */
  readonly contrast: number;
  /** Mean of (max − min) / max over the channels (HSV saturation), 0 to 1. */
  readonly saturation: number;
}

/** Luma is kept in thousandths, as whole numbers: exact sums, and a uniform picture measures exactly 0. */
const LUMA_UNIT = 1000;

/** Measures an RGB picture `[height, width, 3]` uint8. Luma is ITU-R BT.601: (299 R + 587 G + 114 B) / 1000. */
export function measureQuality(rgb: Uint8Array, width: number, height: number): Quality {
  const pixels = width * height;
  const luma = new Int32Array(pixels);
  let sum = 0;
  let squares = 0;
  let saturation = 0;
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
  }
  return {
    sharpness: varianceOfLaplacian(luma, width, height),
    brightness: sum / pixels / (255 * LUMA_UNIT),
    contrast: Math.sqrt(variance(sum, squares, pixels)) / (255 * LUMA_UNIT),
    saturation: saturation / pixels,
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
