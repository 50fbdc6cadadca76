import type { Database } from 'better-sqlite3';

/**
 * What each image must not be split from, besides its content: the groups of its files (`g:`), and the images that a
 * person keeps together with it (`b:`). Images without any are not in the map.
 */
export function readSplitUnits(db: Database): Map<number, string[]> {
  const units = new Map<number, string[]>();
  const rows = db.prepare<[], { image_id: number; unit: string }>(
    // Groups of files first: where one unit stands for an image, it is that.
    `SELECT image_id, unit FROM (
       SELECT DISTINCT image_id, 0 AS rank, 'g:' || group_name AS unit FROM files WHERE group_name IS NOT NULL
       UNION ALL SELECT image_id, 1, 'b:' || bundle_id FROM kept_together)
     ORDER BY image_id, rank, unit`,
  );
  for (const { image_id, unit } of rows.iterate()) {
    const list = units.get(image_id);
    if (list === undefined) units.set(image_id, [unit]);
    else list.push(unit);
  }
  return units;
}
