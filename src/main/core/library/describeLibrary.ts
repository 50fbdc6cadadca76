import { existsSync } from 'node:fs';
import type { LibraryDescription, RootRow } from '../../../shared/library.ts';
import { countLabels } from '../labels/counts.ts';
import type { Library } from './library.ts';

/** Everything the window and the command line show about the open library. */
export async function describeLibrary(library: Library): Promise<LibraryDescription> {
  const { db } = library;
  const count = (sql: string): number => db.prepare<[], { n: number }>(sql).get()!.n;
  const roots = db
    .prepare<[], Omit<RootRow, 'isPresent'>>(
      `SELECT r.root_id AS rootId, r.path, r.name,
         (SELECT count(*) FROM files f WHERE f.root_id = r.root_id AND f.is_missing = 0) AS imageCount
       FROM roots r ORDER BY r.root_id`,
    )
    .all();
  return {
    path: library.folder,
    name: library.name,
    isReadOnly: library.isReadOnly,
    counts: countLabels(db),
    groups: count('SELECT count(DISTINCT group_name) AS n FROM files WHERE is_missing = 0'),
    duplicates: count('SELECT (SELECT count(*) FROM files) - (SELECT count(*) FROM images) AS n'),
    conflicts: count('SELECT count(*) AS n FROM images WHERE (flags & 32) <> 0'),
    rejected: count('SELECT count(*) AS n FROM rejections'),
    models: count('SELECT count(*) AS n FROM models'),
    roots: roots.map((root) => ({ ...root, isPresent: existsSync(root.path) })),
    defaultBackbone: null,
  };
}
