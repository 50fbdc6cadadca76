import type { Database } from 'better-sqlite3';

/** Makes `probability_margin(blob)` known to a connection, by which images are sorted. */
export function addSqlFunctions(db: Database): void {
  db.function('probability_margin', { deterministic: true, directOnly: true }, (blob) =>
    blob instanceof Uint8Array ? measureMargin(blob) : null,
  );
}

/** The largest probability less the second largest, of `[classes] float32` as predictions store it; null for fewer than two. */
export function measureMargin(blob: Uint8Array): number | null {
  const count = Math.floor(blob.byteLength / 4);
  if (count < 2) return null;
  const values = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  let [first, second] = [-Infinity, -Infinity];
  for (let index = 0; index < count; index += 1) {
    const value = values.getFloat32(index * 4, true);
    if (value > first) [first, second] = [value, first];
    else if (value > second) second = value;
  }
  return first - second;
}
