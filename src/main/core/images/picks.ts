import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** How many lists are kept at most, and how many bytes of them: the newest, and any that a saved filter shows. */
const KEEP = 300;
const KEEP_BYTES = 64 * 1024 * 1024;

/**
 * Keeps a list of images, so that `pick=<name>` shows exactly these, in this order with `sort=pick`. The same list gets
 * the same name. Ids that are named twice count once; ids of no image are not shown.
 */
export function keepPick(db: Database, imageIds: readonly number[]): string {
  const text = JSON.stringify([...new Set(imageIds)]);
  const pick = createHash('sha256').update(text).digest('hex').slice(0, 24);
  db.transaction(() => {
    db.prepare(
      `INSERT INTO picks (pick, image_ids, used_at) VALUES (?, ?, ?)
       ON CONFLICT (pick) DO UPDATE SET used_at = max(picks.used_at + 1, excluded.used_at)`,
    ).run(pick, text, Date.now());
    prunePicks(db, pick);
  }).immediate();
  return pick;
}

function prunePicks(db: Database, newest: string): void {
  db.prepare(
    `DELETE FROM picks WHERE pick IN (
       SELECT pick FROM (
         SELECT pick, row_number() OVER newest AS place, sum(length(image_ids)) OVER newest AS bytes FROM picks
         WINDOW newest AS (ORDER BY used_at DESC, pick ROWS UNBOUNDED PRECEDING))
       WHERE place > ${KEEP} OR bytes > ${KEEP_BYTES})
     AND pick <> ? AND pick NOT IN (
       SELECT json_extract(query, '$.pick') FROM saved_filters WHERE json_extract(query, '$.pick') IS NOT NULL)`,
  ).run(newest);
}
