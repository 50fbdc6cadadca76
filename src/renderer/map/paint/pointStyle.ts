/** How a point stands in the picture; later ones are drawn over earlier ones. */
export const POINT_STATE = { faint: 0, plain: 1, selected: 2 } as const;

/** Colours of one legend: at most 255 entries, the last index is for points without a value. */
export interface Palette {
  /** `[entries, 3] uint8`: red, green, blue. */
  readonly rgb: Uint8Array;
}

export const NO_VALUE = 255;

/** How every point looks. */
export interface PointStyles {
  /** `[n] uint8`: entry of the palette, or NO_VALUE. */
  readonly colours: Uint8Array;
  /** `[n] uint8`: a POINT_STATE. */
  readonly states: Uint8Array;
  readonly palette: Palette;
  /** Of points without a value. */
  readonly noValue: readonly [number, number, number];
  /** What lies behind the points; faint points fade towards it. */
  readonly ground: readonly [number, number, number];
}

/** Share of its own colour that a faint point keeps. */
const FAINT = 0.16;

/**
 * The colour table that both painters use: `[2, 256, 3] uint8`, faint points first, then the others (selected points
 * have the same colour and a rim).
 */
export function colourTable(styles: PointStyles): Uint8Array {
  const table = new Uint8Array(2 * 256 * 3);
  for (let entry = 0; entry < 256; entry += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const own =
        entry === NO_VALUE
          ? styles.noValue[channel]!
          : (styles.palette.rgb[entry * 3 + channel] ?? styles.noValue[channel]!);
      const ground = styles.ground[channel]!;
      table[entry * 3 + channel] = Math.round(ground + (own - ground) * FAINT);
      table[(256 + entry) * 3 + channel] = own;
    }
  }
  return table;
}

/**
 * The order in which points are drawn, `[n] uint32`: faint, plain, selected, and within each in a fixed random order, so
 * that no class lies over another by the accident of its rows and any first part is a fair sample.
 */
export function drawingOrder(states: Uint8Array): {
  order: Uint32Array;
  starts: readonly [number, number, number];
} {
  const count = states.length;
  const shuffled = shuffledIndices(count);
  const sizes = [0, 0, 0];
  for (let point = 0; point < count; point += 1) sizes[states[point]!]! += 1;
  const starts = [0, sizes[0]!, sizes[0]! + sizes[1]!] as const;
  const next: [number, number, number] = [...starts];
  const order = new Uint32Array(count);
  for (let place = 0; place < count; place += 1) {
    const point = shuffled[place]!;
    const state = states[point]!;
    const target = next[state]!;
    order[target] = point;
    next[state] = target + 1;
  }
  return { order, starts };
}

let shuffledBefore: Uint32Array = new Uint32Array(0);

/** A fixed permutation of 0 … n − 1: multiplication by a number without a common divisor, then a xorshift swap. */
function shuffledIndices(count: number): Uint32Array {
  if (shuffledBefore.length === count) return shuffledBefore;
  const indices = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) indices[index] = index;
  let state = 0x9e3779b9;
  for (let index = count - 1; index > 0; index -= 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (index + 1);
    const held = indices[index]!;
    indices[index] = indices[other]!;
    indices[other] = held;
  }
  shuffledBefore = indices;
  return indices;
}
