/** A disc as rows of full pixels and a list of soft edge pixels. */
export interface Disc {
  /** Pixels along each side of the square around it. */
  readonly side: number;
  readonly radius: number;
  /** `[side]`: first full pixel of each row, and the one after the last. */
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** `[edges, 3]`: x, y, coverage of 1 … 255 in 256ths. */
  readonly edges: Uint16Array;
}

/** Coverage is measured at this many places a side of a pixel. */
const SAMPLES = 4;
const known = new Map<number, Disc>();

/** The disc of a diameter in device pixels, rounded to half pixels; made once. */
export function discOf(diameter: number): Disc {
  const rounded = Math.max(1, Math.round(diameter * 2) / 2);
  let disc = known.get(rounded);
  if (disc === undefined) {
    disc = makeDisc(rounded);
    known.set(rounded, disc);
  }
  return disc;
}

function makeDisc(diameter: number): Disc {
  const side = Math.ceil(diameter);
  const from = new Uint8Array(side);
  const to = new Uint8Array(side);
  const edges: number[] = [];
  for (let y = 0; y < side; y += 1) {
    let first = -1;
    let last = -1;
    for (let x = 0; x < side; x += 1) {
      const coverage = coverageOf(x, y, side / 2, diameter / 2);
      if (coverage > 0.99) {
        if (first < 0) first = x;
        last = x + 1;
      } else if (coverage > 0.02) {
        edges.push(x, y, Math.round(coverage * 256));
      }
    }
    from[y] = Math.max(0, first);
    to[y] = Math.max(0, last);
  }
  return { side, radius: side / 2, from, to, edges: Uint16Array.from(edges) };
}

/** Share of a pixel that lies in the disc, 0 … 1. */
function coverageOf(x: number, y: number, middle: number, radius: number): number {
  let inside = 0;
  for (let sample = 0; sample < SAMPLES ** 2; sample += 1) {
    const dx = x + ((sample % SAMPLES) + 0.5) / SAMPLES - middle;
    const dy = y + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES - middle;
    if (dx * dx + dy * dy <= radius * radius) inside += 1;
  }
  return inside / SAMPLES ** 2;
}
