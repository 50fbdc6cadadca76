import type { DefaultBackbone, LibraryDescription, RootRow } from '../../../shared/library.ts';
import { breathe } from '../breathe.ts';
import { isPresent } from '../files/isPresent.ts';
import { countFindings } from '../images/countFindings.ts';
import { countLabels } from '../labels/counts.ts';
import type { Library } from './library.ts';

/**
 * Everything the window and the command line show about the open library.
 * @param defaultBackbone null when there is none, or while it is not known yet.
 */
export async function describeLibrary(
  library: Library,
  defaultBackbone: DefaultBackbone | null,
): Promise<LibraryDescription> {
  const { db } = library;
  const count = (sql: string): number => db.prepare<[], { n: number }>(sql).get()!.n;
  const roots = db
    .prepare<[], Omit<RootRow, 'isPresent'>>(
      `SELECT r.root_id AS rootId, r.path, r.name,
         coalesce(f.n, 0) AS imageCount
       FROM roots r
       LEFT JOIN (SELECT root_id, count(*) AS n FROM files INDEXED BY files_present_by_root WHERE is_missing = 0 GROUP BY root_id) f
         USING (root_id)
       ORDER BY r.root_id`,
    )
    .all();
  await breathe();
  const findings = countFindings(db);
  await breathe();
  return {
    path: library.folder,
    name: library.name,
    isReadOnly: library.isReadOnly,
    counts: countLabels(db),
    groups: count(
      'SELECT count(DISTINCT group_name) AS n FROM files INDEXED BY files_present_by_group WHERE is_missing = 0',
    ),
    ...findings,
    models: count('SELECT count(*) AS n FROM models WHERE deleted_at IS NULL'),
    roots: await Promise.all(roots.map(async (root) => ({ ...root, isPresent: await isPresent(root.path) }))),
    defaultBackbone,
  };
}
