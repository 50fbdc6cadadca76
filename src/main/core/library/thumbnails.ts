import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Small JPEGs by content hash, in a database of their own that can be deleted and rebuilt. */
export interface ThumbnailStore {
  /** JPEG bytes, or null when there is none (a small JPEG or PNG is its own thumbnail). */
  find(sha256: string): Buffer | null;
  saveAll(thumbnails: readonly { readonly sha256: string; readonly jpeg: Uint8Array }[]): void;
  close(): void;
}

/** Opens the store; a damaged one is dropped and begun anew, since nothing in it is a person's work. */
export function openThumbnails(filePath: string): ThumbnailStore {
  try {
    return openStore(filePath);
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !/CORRUPT|NOTADB/.test(error.code)) throw error;
    for (const ending of ['', '-wal', '-shm']) rmSync(filePath + ending, { force: true });
    return openStore(filePath);
  }
}

/** The store as a second process may look at it; one that is missing or damaged has no thumbnails to show. */
export function openThumbnailView(filePath: string): ThumbnailStore {
  let db: Database.Database | null = null;
  try {
    db = new Database(filePath, { readonly: true });
    const select = db.prepare<[string], { jpeg: Buffer }>(SELECT);
    return { find: (sha256) => select.get(sha256)?.jpeg ?? null, saveAll: refuse, close: () => db?.close() };
  } catch {
    db?.close();
    return { find: () => null, saveAll: refuse, close: () => undefined };
  }
}

function refuse(): never {
  throw new Error('A view of a library cannot be written to.');
}

const SELECT = 'SELECT jpeg FROM thumbnails WHERE sha256 = ?';

function openStore(filePath: string): ThumbnailStore {
  const db = new Database(filePath);
  db.pragma('journal_mode = WAL');
  // Thumbnails can be made again, so they need not wait for the disk.
  db.pragma('synchronous = OFF');
  db.exec(
    'CREATE TABLE IF NOT EXISTS thumbnails (sha256 TEXT PRIMARY KEY, jpeg BLOB NOT NULL) STRICT, WITHOUT ROWID',
  );
  const select = db.prepare<[string], { jpeg: Buffer }>(SELECT);
  const insert = db.prepare('INSERT OR REPLACE INTO thumbnails (sha256, jpeg) VALUES (?, ?)');
  const saveAll = db.transaction((thumbnails: readonly { sha256: string; jpeg: Uint8Array }[]) => {
    for (const { sha256, jpeg } of thumbnails) insert.run(sha256, jpeg);
  });
  return {
    find: (sha256) => select.get(sha256)?.jpeg ?? null,
    saveAll: (thumbnails) => {
      if (thumbnails.length > 0) saveAll(thumbnails);
    },
    close: () => db.close(),
  };
}
