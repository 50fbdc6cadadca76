import { existsSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { databaseFile, libraryName, type Library } from './library.ts';
import { openThumbnails } from './thumbnails.ts';

/**
 * The library that the core has open, as a worker process of the core may look at it: a second connection that
 * cannot write. Long reading then costs the worker's time and not the core's.
 */
export function openLibraryView(folder: string): Library {
  const db = new Database(databaseFile(folder), { readonly: true });
  db.pragma('query_only = ON');
  const thumbnailFile = path.join(folder, 'thumbnails.db');
  const thumbnails = openThumbnails(existsSync(thumbnailFile) ? thumbnailFile : ':memory:');
  return {
    folder,
    name: libraryName(folder),
    db,
    isReadOnly: true,
    thumbnails,
    close: () => {
      thumbnails.close();
      db.close();
    },
  };
}
