import { openDatabase } from '../library/connection.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { performLabelAction, type LabelAction, type LabelOutcome } from './labelActions.ts';
import { startReading, type ReadingPlan } from './readings.ts';
import type { ReadingRow } from '../../../shared/labels.ts';
import { countAcceptable, drawSpotCheck, type CheckPlan } from './spotChecks.ts';
import type { Database } from 'better-sqlite3';

// Labelling 40,000 images is one transaction of about a second: longer than the core may be busy. The core holds the
// library's lock for both; SQLite keeps the two writers apart.
serveWorker({
  perform: ({ databaseFile, action }: { databaseFile: string; action: LabelAction }): LabelOutcome =>
    withDatabase(databaseFile, (db) => performLabelAction(db, action)),
  drawSpotCheck: ({ databaseFile, plan }: { databaseFile: string; plan: CheckPlan }): number =>
    withDatabase(databaseFile, (db) => drawSpotCheck(db, plan)),
  startReading: ({ databaseFile, plan }: { databaseFile: string; plan: ReadingPlan }): ReadingRow =>
    withDatabase(databaseFile, (db) => startReading(db, plan)),
  countAcceptable: ({
    databaseFile,
    ...what
  }: { databaseFile: string } & Parameters<typeof countAcceptable>[1]): number[] =>
    withDatabase(databaseFile, (db) => countAcceptable(db, what)),
});

function withDatabase<Result>(databaseFile: string, use: (db: Database) => Result): Result {
  const db = openDatabase(databaseFile);
  try {
    // The pages that such a transaction touches fit, instead of being written out and read again.
    db.pragma('cache_size = -65536');
    return use(db);
  } finally {
    db.close();
  }
}
