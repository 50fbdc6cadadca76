/** One kind of mistake: images of class `actual` that were called `predicted`. */
export interface Confusion {
  readonly actual: number;
  readonly predicted: number;
  readonly count: number;
  /** Of all images of class `actual`. */
  readonly share: number;
}

/** Sums of the rows of a confusion matrix: images per actual class. */
export function rowTotals(confusion: readonly (readonly number[])[]): number[] {
  return confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
}

/** Share of its row, which also shades the cell; 0 in an empty row. */
export function shareOfRow(count: number, total: number): number {
  return total === 0 ? 0 : count / total;
}

/** Mistakes by how many images they concern, the most frequent first. */
export function listConfusions(confusion: readonly (readonly number[])[], limit: number): Confusion[] {
  const totals = rowTotals(confusion);
  return confusion
    .flatMap((row, actual) =>
      row.map((count, predicted) => ({
        actual,
        predicted,
        count,
        share: shareOfRow(count, totals[actual] ?? 0),
      })),
    )
    .filter((each) => each.count > 0 && each.actual !== each.predicted)
    .sort((a, b) => b.count - a.count || b.share - a.share)
    .slice(0, limit);
}
