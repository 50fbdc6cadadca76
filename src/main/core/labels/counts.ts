import type { Database } from 'better-sqlite3';
import type { LabelCounts } from '../../../shared/labels.ts';
import { canRedo, canUndo } from './undo.ts';

export function countLabels(db: Database): LabelCounts {
  const count = (sql: string): number => db.prepare<[], { n: number }>(sql).get()!.n;
  const images = count('SELECT count(*) AS n FROM images');
  const labelled = count('SELECT count(*) AS n FROM labels');
  return { images, labelled, unlabelled: images - labelled, canUndo: canUndo(db), canRedo: canRedo(db) };
}
