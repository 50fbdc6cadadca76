import type { Database } from 'better-sqlite3';
import { CONFLICT_BIT } from './fileLabels.ts';

/** What imports found besides images. */
export interface FindingCounts {
  /** Present files whose content another present file has too. */
  readonly duplicates: number;
  /** Contents filed under more than one class. */
  readonly conflicts: number;
  /** Files that are no usable picture. */
  readonly rejected: number;
}

/** Counts over the whole library. Contents of which no file is left have no duplicates. */
export function countFindings(db: Database): FindingCounts {
  return db
    .prepare<[number], FindingCounts>(
      `SELECT
         (SELECT coalesce(sum(n - 1), 0) FROM
           (SELECT count(*) AS n FROM files WHERE is_missing = 0 GROUP BY image_id)) AS duplicates,
         (SELECT count(*) FROM images WHERE flags <> 0 AND (flags & ?) <> 0) AS conflicts,
         (SELECT count(*) FROM rejections) AS rejected`,
    )
    .get(CONFLICT_BIT)!;
}
