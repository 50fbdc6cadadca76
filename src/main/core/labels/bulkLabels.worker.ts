import { openDatabase } from '../library/connection.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { performLabelAction, type LabelAction, type LabelOutcome } from './labelActions.ts';

// Labelling 40,000 images is one transaction of about a second: longer than the core may be busy. The core holds the
// library's lock for both; SQLite keeps the two writers apart.
serveWorker({
  perform: ({ databaseFile, action }: { databaseFile: string; action: LabelAction }): LabelOutcome => {
    const db = openDatabase(databaseFile);
    try {
      // The pages that such a transaction touches fit, instead of being written out and read again.
      db.pragma('cache_size = -65536');
      return performLabelAction(db, action);
    } finally {
      db.close();
    }
  },
});
