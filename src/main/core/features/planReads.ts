/** One read of neighbouring rows and which of the wanted positions it serves. */
export interface PlannedRead {
  readonly firstRow: number;
  readonly rowCount: number;
  /** Indexes into the list of wanted rows. */
  readonly positions: readonly number[];
}

const MOST_BYTES = 4 * 2 ** 20;
/** Reading this many unwanted rows costs less than another call. */
const MOST_GAP = 8;

/**
 * Groups wanted rows into few reads: neighbours and near neighbours together, at most 4 MiB each.
 * @param rows row numbers in any order, repeats allowed.
 */
export function planReads(rows: Uint32Array, rowBytes: number): PlannedRead[] {
  const order = Uint32Array.from(rows.keys()).sort((a, b) => rows[a]! - rows[b]!);
  const mostRows = Math.max(1, Math.floor(MOST_BYTES / rowBytes));
  const reads: { firstRow: number; rowCount: number; positions: number[] }[] = [];
  for (const position of order) {
    const row = rows[position]!;
    const read = reads.at(-1);
    const end = read === undefined ? -1 : read.firstRow + read.rowCount;
    if (read !== undefined && row < end + MOST_GAP && row < read.firstRow + mostRows) {
      read.rowCount = Math.max(read.rowCount, row + 1 - read.firstRow);
      read.positions.push(position);
    } else {
      reads.push({ firstRow: row, rowCount: 1, positions: [position] });
    }
  }
  return reads;
}
