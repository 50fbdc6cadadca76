/** Side of the drawn picture on which every backbone's known answers were computed. */
export const KNOWN_INPUT_SIDE = 96;

/**
 * The fixed picture: rings of a different pitch in each colour, by integer arithmetic only, so that it is
 * the same on every machine. Uint8 RGB `[1, 96, 96, 3]`.
 */
export function drawKnownInput(): Uint8Array {
  const side = KNOWN_INPUT_SIDE;
  const pixels = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const squared = (x - 40) ** 2 + (y - 52) ** 2;
      for (let channel = 0; channel < 3; channel++) {
        const phase = Math.floor((squared * (channel + 2)) / 16) % 512;
        pixels[(y * side + x) * 3 + channel] = phase < 256 ? phase : 511 - phase;
      }
    }
  }
  return pixels;
}
