import type { Database } from 'better-sqlite3';
import { breathe } from '../breathe.ts';

/**
 * Writes many rows in transactions of `size`, letting the core answer other requests between them. Use it only where
 * a part of the rows may be seen before the rest.
 */
export async function writeInChunks<Row>(
  db: Database,
  rows: ArrayLike<Row>,
  size: number,
  write: (row: Row, index: number) => void,
): Promise<void> {
  const writeChunk = db.transaction((start: number, end: number) => {
    for (let index = start; index < end; index++) write(rows[index]!, index);
  });
  for (let start = 0; start < rows.length; start += size) {
    writeChunk.immediate(start, Math.min(start + size, rows.length));
    await breathe();
  }
}
