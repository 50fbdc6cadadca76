/** What each unit adds to a resample: for its classes how many images and how many named rightly. */
export interface UnitCounts {
  readonly unitCount: number;
  /** Entries of unit u are start[u] … start[u + 1]. */
  readonly start: Int32Array;
  readonly classOf: Int32Array;
  readonly images: Int32Array;
  readonly right: Int32Array;
}

/** Units in the order of their first images, so that their names do not matter; all arrays `[n]`. */
export function countUnits(
  labels: Int32Array,
  predicted: Int32Array,
  units: ArrayLike<number | string>,
): UnitCounts {
  const numbers = new Map<number | string, number>();
  const tallies: Map<number, { images: number; right: number }>[] = [];
  for (let index = 0; index < labels.length; index += 1) {
    let number = numbers.get(units[index]!);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(units[index]!, number);
      tallies.push(new Map());
    }
    const label = labels[index]!;
    const entry = tallies[number]!.get(label) ?? { images: 0, right: 0 };
    tallies[number]!.set(label, entry);
    entry.images += 1;
    if (predicted[index] === label) entry.right += 1;
  }
  const entries = tallies.flatMap((tally) => [...tally]);
  const start = new Int32Array(tallies.length + 1);
  tallies.forEach((tally, unit) => {
    start[unit + 1] = start[unit]! + tally.size;
  });
  return {
    unitCount: tallies.length,
    start,
    classOf: Int32Array.from(entries, ([label]) => label),
    images: Int32Array.from(entries, ([, { images }]) => images),
    right: Int32Array.from(entries, ([, { right }]) => right),
  };
}
