/** An opaque picture made of 1 to 4 interleaved 8-bit channels. */
export interface OpaqueRgb {
  /** `[pixels, 3]` uint8. */
  readonly rgb: Uint8Array;
  /** True when any pixel was not fully opaque. */
  readonly wasTransparent: boolean;
}

/**
 * Lays a grey, grey + alpha, RGB or RGBA picture on white: `colour × a + white × (1 − a)`, rounded. RGBA is
 * rewritten in place, so that a large picture is not held twice. Dropping alpha instead would bring out
 * colours that were never meant to be seen.
 */
export function layOnWhite(samples: Uint8Array, channels: number): OpaqueRgb {
  if (channels === 3) return { rgb: samples, wasTransparent: false };
  const pixels = samples.length / channels;
  const hasAlpha = channels === 2 || channels === 4;
  const output = channels === 4 ? samples : new Uint8Array(pixels * 3);
  const green = channels === 4 ? 1 : 0;
  let wasTransparent = false;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    const to = pixel * 3;
    const alpha = hasAlpha ? samples[from + channels - 1]! : 255;
    const [red, mid, blue] = [samples[from]!, samples[from + green]!, samples[from + 2 * green]!];
    if (alpha === 255) {
      output[to] = red;
      output[to + 1] = mid;
      output[to + 2] = blue;
      continue;
    }
    wasTransparent = true;
    const white = 255 * (255 - alpha) + 127;
    output[to] = (red * alpha + white) / 255;
    output[to + 1] = (mid * alpha + white) / 255;
    output[to + 2] = (blue * alpha + white) / 255;
  }
  return { rgb: output.subarray(0, pixels * 3), wasTransparent };
}
