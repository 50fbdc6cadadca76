import type { Database } from 'better-sqlite3';
import type { TableColumns } from '../../../shared/importSpec.ts';
import { matchLabelRows } from '../images/matchLabelRows.ts';
import { readLabelCsv } from '../images/readLabelCsv.ts';
import { ensureClass } from './classes.ts';
import { recordLabels, type LabelChange } from './labelEvents.ts';
import { giveUpRedo } from './undo.ts';

export interface LabelCsvResult {
  readonly labelled: number;
  readonly unchanged: number;
  /** Rows that name no image, or several. */
  readonly unknown: readonly { readonly line: number; readonly file: string; readonly reason: string }[];
}

/**
 * Labels images from a table of path or file name and class, as one action that undo takes back. An empty class
 * clears the label. Throws `invalid` when the file is no such table.
 */
export async function labelFromCsv(
  db: Database,
  file: string,
  columns?: TableColumns,
): Promise<LabelCsvResult> {
  const rows = await readLabelCsv(file, 'class', columns);
  const imageOf = new Map<string, number>();
  const files = db.prepare<[], { path: string; image_id: number }>(
    'SELECT path, image_id FROM files ORDER BY file_id',
  );
  for (const { path, image_id } of files.iterate()) imageOf.set(path, image_id);
  const { byPath, unknown, ambiguous } = matchLabelRows(rows, [...imageOf.keys()]);
  return db
    .transaction(() => {
      const classIds = new Map<string, number>();
      const changes: LabelChange[] = [];
      for (const [path, { className }] of byPath) {
        const imageId = imageOf.get(path);
        if (imageId === undefined) continue;
        if (className !== null && !classIds.has(className))
          classIds.set(className, ensureClass(db, className).classId);
        changes.push({ imageId, classId: className === null ? null : (classIds.get(className) ?? null) });
      }
      giveUpRedo(db);
      const { changed } = recordLabels(db, changes, { source: 'csv' });
      return {
        labelled: changed,
        unchanged: changes.length - changed,
        unknown: [
          ...unknown.map(({ line, file: name }) => ({ line, file: name, reason: 'There is no such image.' })),
          ...ambiguous.map(({ line, file: name }) => ({
            line,
            file: name,
            reason: 'Several images have this name, or the rows contradict each other.',
          })),
        ],
      };
    })
    .immediate();
}
