import Database from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { addSqlFunctions } from '../images/sqlFunctions.ts';

/**
 * Opens a library database the one safe way: WAL with `synchronous=FULL`, because NORMAL loses acknowledged
 * labels in a power cut; foreign keys on; each setting read back.
 * @throws FoveaError `corrupt` when a setting does not hold.
 */
export function openDatabase(filePath: string): Database.Database {
  const db = new Database(filePath);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('fullfsync = ON');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    // The usual 2 MiB hold no page of a view of 100,000 images until it is asked for again.
    db.pragma('cache_size = -16384');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    requireSetting(db, 'journal_mode', 'wal');
    requireSetting(db, 'synchronous', 2);
    requireSetting(db, 'foreign_keys', 1);
    addSqlFunctions(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function requireSetting(db: Database.Database, name: string, wanted: string | number): void {
  const actual: unknown = db.pragma(name, { simple: true });
  if (actual !== wanted) {
    throw new FoveaError('corrupt', `The database did not accept the safe setting ${name}=${wanted}.`, {
      todo: 'Keep the library on a local disk; network drives cannot hold it safely.',
    });
  }
}

/** What is said to whoever wants to change a library that cannot be written to. */
export function readOnlyLibrary(name: string, cause?: unknown): FoveaError {
  return new FoveaError('unreadable', 'This library is read-only; nothing can be changed in it.', {
    subject: name,
    todo: 'Copy the library folder to a place that can be written to.',
    cause,
  });
}

/** Says an SQLite failure in our words, judged by its code. Others pass unchanged. */
export function translateDatabaseError(error: unknown, subject: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const context = { subject, cause: error };
  if (error.code === 'SQLITE_FULL' || error.code === 'SQLITE_IOERR_WRITE') {
    return new FoveaError('no_space', 'The disk is full; nothing that was saved before is lost.', {
      ...context,
      todo: 'Free some space on this disk, then try again.',
    });
  }
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB') {
    return new FoveaError('corrupt', 'The library database is damaged.', {
      ...context,
      todo: 'Restore the newest backup from the library’s backups folder.',
    });
  }
  if (error.code.startsWith('SQLITE_READONLY') || error.code.startsWith('SQLITE_CANTOPEN')) {
    return readOnlyLibrary(subject, error);
  }
  if (error.code.startsWith('SQLITE_BUSY')) {
    return new FoveaError('busy', 'Another program is using this library.', {
      ...context,
      todo: 'Close it there, then try again.',
    });
  }
  if (error.code.startsWith('SQLITE_IOERR')) {
    return new FoveaError('unreadable', 'The disk that holds this library cannot be read or written.', {
      ...context,
      todo: 'Check that its drive is connected and healthy, then open the library again.',
    });
  }
  return error;
}
