import type { Random } from '../math/random.ts';
import { between, type Tissue } from './tissue.ts';

/** How one patient's slide was stained and scanned: what makes pictures of one group alike. */
export interface Stain {
  /** Optical density per unit of dye in red, green and blue (Ruifrok and Johnston 2001, varied). */
  readonly hematoxylin: readonly [number, number, number];
  readonly eosin: readonly [number, number, number];
  /** Colour of empty glass, 0 to 255. */
  readonly glass: readonly [number, number, number];
  /** How far the focus is off, as the weight of the neighbours, 0 to 0.2. */
  readonly blur: number;
}

const HEMATOXYLIN = [0.65, 0.7, 0.29] as const;
const EOSIN = [0.07, 0.99, 0.11] as const;

/** Draws the staining of one patient. */
export function drawStain(random: Random): Stain {
  const vary = (dye: readonly number[], strength: number): [number, number, number] => [
    Math.max(0.02, dye[0]! + random.normal() * 0.05) * strength,
    Math.max(0.02, dye[1]! + random.normal() * 0.05) * strength,
    Math.max(0.02, dye[2]! + random.normal() * 0.05) * strength,
  ];
  const warmth = random.normal() * 4;
  const light = between(random, 232, 250);
  return {
    hematoxylin: vary(HEMATOXYLIN, between(random, 0.6, 1.15)),
    eosin: vary(EOSIN, between(random, 0.3, 0.65)),
    glass: [light, light - Math.abs(warmth) * 0.5, light - warmth],
    blur: between(random, 0, 0.2),
  };
}

/** Turns dye into colour by Beer's law, with sensor noise: RGB `[side, side, 3]` uint8. */
export function applyStain(random: Random, tissue: Tissue, stain: Stain, side: number): Uint8Array {
  const hematoxylin = blurField(tissue.hematoxylin, side, stain.blur);
  const eosin = blurField(tissue.eosin, side, stain.blur);
  // Sections differ a little in thickness even on one slide.
  const thickness = 1 + random.normal() * 0.08;
  const rgb = new Uint8Array(side * side * 3);
  const grain = new Float32Array(side * side).map(() => (random.next() - 0.5) * 9);
  for (let channel = 0; channel < 3; channel++) {
    const ofHematoxylin = -Math.LN10 * thickness * stain.hematoxylin[channel]!;
    const ofEosin = -Math.LN10 * thickness * stain.eosin[channel]!;
    const glass = stain.glass[channel]!;
    for (let pixel = 0; pixel < side * side; pixel++) {
      const light = Math.exp(hematoxylin[pixel]! * ofHematoxylin + eosin[pixel]! * ofEosin);
      const value = glass * light + grain[pixel]!;
      rgb[pixel * 3 + channel] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
  return rgb;
}

/** Mixes each pixel with its four neighbours; edges keep what they have. */
function blurField(field: Float32Array, side: number, weight: number): Float32Array {
  const blurred = field.slice();
  for (let y = 1; y < side - 1; y++) {
    for (let at = y * side + 1; at < (y + 1) * side - 1; at++) {
      const around = field[at - 1]! + field[at + 1]! + field[at - side]! + field[at + side]!;
      blurred[at] = field[at]! * (1 - 4 * weight) + around * weight;
    }
  }
  return blurred;
}
