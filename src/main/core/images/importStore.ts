import type { Database } from 'better-sqlite3';
import type { Rejection, RejectionCode } from '../../../shared/images.ts';
import type { GroupSource, LabelSourceSpec } from '../../../shared/importSpec.ts';
import { breathe } from '../breathe.ts';

/** A file of a root as the library knows it from earlier imports. */
export interface KnownFile {
  readonly bytes: number;
  readonly modifiedMs: number;
  /** null for a file that was rejected. */
  readonly imageId: number | null;
  readonly group: string | null;
  readonly className: string | null;
  readonly isMissing: boolean;
  /** Why it was rejected, or null. */
  readonly rejection: RejectionCode | null;
}

/** The root of that folder, made when it is new; remembers how labels and groups were read. */
export function ensureRoot(
  db: Database,
  folder: string,
  name: string,
  spec: { labels: LabelSourceSpec; groups: GroupSource },
): number {
  return db
    .prepare<[string, string, string, string, number], number>(
      `INSERT INTO roots (path, name, labels, groups, added_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (path) DO UPDATE SET labels = excluded.labels, groups = excluded.groups RETURNING root_id`,
    )
    .pluck()
    .all(folder, name, JSON.stringify(spec.labels), JSON.stringify(spec.groups), Date.now())[0]!;
}

/** Forgets a folder from which nothing ever came. */
export function forgetEmptyRoot(db: Database, rootId: number): void {
  db.prepare(
    `DELETE FROM roots WHERE root_id = ? AND NOT EXISTS (SELECT 1 FROM files f WHERE f.root_id = roots.root_id)
       AND NOT EXISTS (SELECT 1 FROM rejections r WHERE r.root_id = roots.root_id)`,
  ).run(rootId);
}

interface FileRecord {
  file_id: number;
  path: string;
  bytes: number;
  modified_ms: number;
  image_id: number;
  group_name: string | null;
  class_name: string | null;
  is_missing: number;
}

/** Rows read in one go, so that the core answers others in between. */
const PAGE = 5000;

/** Everything the library knows of a root's files, by path. */
export async function readKnownFiles(db: Database, rootId: number): Promise<Map<string, KnownFile>> {
  const known = new Map<string, KnownFile>();
  const rejected = db.prepare<
    [number],
    { path: string; code: RejectionCode; bytes: number; modified_ms: number }
  >('SELECT path, code, bytes, modified_ms FROM rejections WHERE root_id = ?');
  for (const row of rejected.iterate(rootId)) {
    known.set(row.path, {
      bytes: row.bytes,
      modifiedMs: row.modified_ms,
      imageId: null,
      group: null,
      className: null,
      isMissing: false,
      rejection: row.code,
    });
  }
  const page = db.prepare<[number, number], FileRecord>(
    `SELECT file_id, path, bytes, modified_ms, image_id, group_name, class_name, is_missing FROM files NOT INDEXED
     WHERE root_id = ? AND file_id > ? ORDER BY file_id LIMIT ${PAGE}`,
  );
  let after = 0;
  for (;;) {
    const rows = page.all(rootId, after);
    for (const row of rows) {
      after = row.file_id;
      // What is known of a rejected file is its rejection.
      if (known.has(row.path)) continue;
      known.set(row.path, {
        bytes: row.bytes,
        modifiedMs: row.modified_ms,
        imageId: row.image_id,
        group: row.group_name,
        className: row.class_name,
        isMissing: row.is_missing === 1,
        rejection: null,
      });
    }
    if (rows.length < PAGE) return known;
    await breathe();
  }
}

/**
 * A rejected file; it takes the place of what the library knew under that path.
 * @returns the image that the path held before, or null.
 */
export function saveRejection(
  db: Database,
  rootId: number,
  rejection: Rejection & { bytes: number; modifiedMs: number },
): number | null {
  db.prepare(
    `INSERT OR REPLACE INTO rejections (root_id, path, code, reason, bytes, modified_ms) VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(rootId, rejection.path, rejection.code, rejection.reason, rejection.bytes, rejection.modifiedMs);
  const [held] = db
    .prepare<[number, string], number>(
      'UPDATE files SET is_missing = 1 WHERE root_id = ? AND path = ? RETURNING image_id',
    )
    .pluck()
    .all(rootId, rejection.path);
  return held ?? null;
}

/** Every file that was rejected, with a code and a sentence, in the order of paths. */
export function listRejections(db: Database, rootId: number): Rejection[] {
  return db
    .prepare<[number], { path: string; code: string; reason: string }>(
      'SELECT path, code, reason FROM rejections WHERE root_id = ? ORDER BY path',
    )
    .all(rootId)
    .map(({ path, code, reason }) => ({ path, code: code as RejectionCode, reason }));
}

export interface RootCounts {
  readonly imported: number;
  readonly duplicates: number;
  readonly labelled: number;
  readonly groups: number;
}

/** Counts over the present files of a root: the first file of a content is the image, further ones duplicates. */
export function countRoot(db: Database, rootId: number): RootCounts {
  return db
    .prepare<[number], RootCounts>(
      `WITH present AS MATERIALIZED (
         SELECT f.file_id, f.image_id, f.group_name,
           NOT EXISTS (SELECT 1 FROM files o
             WHERE o.image_id = f.image_id AND o.file_id < f.file_id AND o.is_missing = 0) AS is_first
         FROM files f NOT INDEXED WHERE f.root_id = ? AND f.is_missing = 0)
       SELECT coalesce(sum(is_first), 0) AS imported, coalesce(sum(1 - is_first), 0) AS duplicates,
         (SELECT count(DISTINCT p.image_id) FROM present p JOIN labels USING (image_id)) AS labelled,
         count(DISTINCT group_name) AS groups
       FROM present`,
    )
    .get(rootId)!;
}

/** Paths of contents of this root that are filed under more than one class, one list per content. */
export function listConflicts(db: Database, rootId: number, conflictBit: number): string[][] {
  const rows = db
    .prepare<[number, number], { image_id: number; path: string }>(
      `SELECT f.image_id, f.path FROM files f JOIN images i USING (image_id)
       WHERE (i.flags & ?) <> 0 AND f.is_missing = 0
         AND EXISTS (SELECT 1 FROM files o WHERE o.image_id = f.image_id AND o.root_id = ? AND o.is_missing = 0)
       ORDER BY f.image_id, f.path`,
    )
    .all(conflictBit, rootId);
  const byImage = new Map<number, string[]>();
  for (const { image_id, path } of rows) byImage.set(image_id, [...(byImage.get(image_id) ?? []), path]);
  return [...byImage.values()];
}
