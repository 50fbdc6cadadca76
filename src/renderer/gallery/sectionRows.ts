/** Where the sections of a view lie; each list has one entry more than there are sections, which is its end. */
export interface SectionRows {
  /** Place of the first image of each section, `[sections + 1] uint32`. */
  readonly starts: Uint32Array;
  /** First row of each section. */
  readonly firstRow: Uint32Array;
  /** Top of each section's heading in the grid's own space. */
  readonly top: Float64Array;
  /** Height of a heading; 0 where sections have none. */
  readonly heading: number;
}

/** Puts sections below each other; every section begins a row of its own. */
export function layOutSections(
  starts: Uint32Array,
  grid: {
    readonly count: number;
    readonly columns: number;
    readonly pitch: number;
    readonly top: number;
    readonly heading: number;
  },
): SectionRows {
  const sections = starts.length;
  const ends = new Uint32Array(sections + 1);
  ends.set(starts);
  ends[sections] = grid.count;
  const firstRow = new Uint32Array(sections + 1);
  const top = new Float64Array(sections + 1);
  top[0] = grid.top;
  for (let section = 0; section < sections; section += 1) {
    const rows = Math.ceil((ends[section + 1]! - ends[section]!) / grid.columns);
    firstRow[section + 1] = firstRow[section]! + rows;
    top[section + 1] = top[section]! + grid.heading + rows * grid.pitch;
  }
  return { starts: ends, firstRow, top, heading: grid.heading };
}

/** The interval `[bounds[k], bounds[k + 1])` that holds a value; the first or last one for values outside. */
export function intervalAt(bounds: Uint32Array | Float64Array, value: number): number {
  let low = 0;
  let high = Math.max(0, bounds.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (bounds[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
