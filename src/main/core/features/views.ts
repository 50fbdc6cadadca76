import type { ColourChange } from '../../../shared/training.ts';
import { jitterColour, jitterStain } from './colourChanges.ts';

/** Raised whenever a view of the same number shows other pixels; part of the feature key. */
export const VIEWS_VERSION = '1';

/**
 * View `index` (0…7) of a square RGB picture `[side, side, 3] uint8`: quarter turns by `index % 4`, mirrored from 4 on.
 * Every view but the first has its colours changed a little, the same for every picture, so that a picture always gives
 * the same features. Returns a new array, or `pixels` itself for the first view.
 */
export function makeView(pixels: Uint8Array, side: number, index: number, colour: ColourChange): Uint8Array {
  if (index === 0) return pixels;
  const turned = turnPicture(pixels, side, index);
  if (colour === 'jitter') jitterColour(turned, index);
  if (colour === 'stain') jitterStain(turned, index);
  return turned;
}

/** The eight symmetries of a square: a mirror at the vertical axis from 4 on, then `index % 4` turns to the right. */
export function turnPicture(pixels: Uint8Array, side: number, index: number): Uint8Array {
  const turned = new Uint8Array(side * side * 3);
  const last = side - 1;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [row, column] = [
        [y, x],
        [last - x, y],
        [last - y, last - x],
        [x, last - y],
      ][index % 4] as [number, number];
      const from = (row * side + (index >= 4 ? last - column : column)) * 3;
      const to = (y * side + x) * 3;
      turned[to] = pixels[from]!;
      turned[to + 1] = pixels[from + 1]!;
      turned[to + 2] = pixels[from + 2]!;
    }
  }
  return turned;
}
