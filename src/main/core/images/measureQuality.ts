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

/** Measures an RGB picture `[height, width, 3]` uint8. Luma is ITU-R BT.601: (299 R + 587 G + 114 B) / 1000. */
export function measureQuality(rgb: Uint8Array, width: number, height: number): Quality {
  const pixels = width * height;
  const luma = new Float32Array(pixels);
  let sum = 0;
  let squares = 0;
  let saturation = 0;
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += 3) {
    const red = rgb[at]!;
    const green = rgb[at + 1]!;
    const blue = rgb[at + 2]!;
    const value = 0.299 * red + 0.587 * green + 0.114 * blue;
    luma[pixel] = value;
    sum += value;
    squares += value * value;
    const most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
    const least = red < green ? (red < blue ? red : blue) : green < blue ? green : blue;
    if (most > 0) saturation += (most - least) / most;
  }
  const mean = sum / pixels;
  return {
    sharpness: varianceOfLaplacian(luma, width, height),
    brightness: mean / 255,
    contrast: Math.sqrt(Math.max(0, squares / pixels - mean * mean)) / 255,
    saturation: saturation / pixels,
  };
}

/** Over the inner pixels; 0 for pictures without any. */
function varianceOfLaplacian(luma: Float32Array, width: number, height: number): number {
  const count = (width - 2) * (height - 2);
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
  const mean = sum / count;
  return Math.max(0, squares / count - mean * mean);
}
