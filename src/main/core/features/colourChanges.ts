import { createRandom } from '../math/random.ts';

/** Largest change of contrast and of brightness (of 255) in one view. */
const CONTRAST = 0.1;
const BRIGHTNESS = 13;
/** Largest relative change of the amount of a stain, and the largest shift of its optical density. */
const STAIN_SCALE = 0.1;
const STAIN_SHIFT = 0.02;

/**
 * Optical density of haematoxylin and eosin in red, green and blue, and a third direction at right angles to both:
 * Ruifrok & Johnston, "Quantification of histochemical staining by color deconvolution", Anal. Quant. Cytol. Histol.
 * 23 (2001) 291–299. Rows have length 1.
 */
const STAINS = withResidual([0.65, 0.704, 0.286], [0.072, 0.99, 0.105]);
const UNMIX = invert(STAINS);

/** Changes contrast and brightness of each channel of `[n, 3] uint8` in place, by amounts that belong to the view. */
export function jitterColour(pixels: Uint8Array, view: number): void {
  const random = createRandom(view);
  const between = (limit: number): number => (2 * random.next() - 1) * limit;
  for (let channel = 0; channel < 3; channel++) {
    const [scale, shift] = [1 + between(CONTRAST), between(BRIGHTNESS)];
    for (let i = channel; i < pixels.length; i += 3) {
      pixels[i] = clampByte((pixels[i]! - 127.5) * scale + 127.5 + shift);
    }
  }
}

/**
 * Changes how much haematoxylin and eosin stand in each pixel of `[n, 3] uint8`, in place: c' = c · (1 + a) + b in the
 * space of optical density −ln((v + 1) / 256), by amounts that belong to the view.
 */
export function jitterStain(pixels: Uint8Array, view: number): void {
  const random = createRandom(view);
  const between = (limit: number): number => (2 * random.next() - 1) * limit;
  const scale = [1 + between(STAIN_SCALE), 1 + between(STAIN_SCALE), 1];
  const shift = [between(STAIN_SHIFT), between(STAIN_SHIFT), 0];
  for (let i = 0; i < pixels.length; i += 3) {
    const density = [0, 1, 2].map((channel) => -Math.log((pixels[i + channel]! + 1) / 256));
    const amounts = [0, 1, 2].map((stain) => {
      const amount = density.reduce((sum, each, channel) => sum + each * UNMIX[channel]![stain]!, 0);
      return amount * scale[stain]! + shift[stain]!;
    });
    for (let channel = 0; channel < 3; channel++) {
      const mixed = amounts.reduce((sum, amount, stain) => sum + amount * STAINS[stain]![channel]!, 0);
      pixels[i + channel] = clampByte(256 * Math.exp(-mixed) - 1);
    }
  }
}

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

function clampByte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

function withResidual(first: Vector, second: Vector): Matrix {
  return [normalise(first), normalise(second), normalise(cross(first, second))];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function normalise(vector: Vector): Vector {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** By cofactors: columns of the inverse are cross products of the rows, over the determinant. */
function invert([a, b, c]: Matrix): Matrix {
  const columns = [cross(b, c), cross(c, a), cross(a, b)] as const;
  const determinant = a[0] * columns[0][0] + a[1] * columns[0][1] + a[2] * columns[0][2];
  const row = (at: 0 | 1 | 2): Vector => [
    columns[0][at] / determinant,
    columns[1][at] / determinant,
    columns[2][at] / determinant,
  ];
  return [row(0), row(1), row(2)];
}
