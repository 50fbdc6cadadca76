import path from 'node:path';
import Database from 'better-sqlite3';
import { addSqlFunctions } from '../images/sqlFunctions.ts';
import type { Library } from './library.ts';
import { libraryName } from './libraryPaths.ts';
import { openThumbnailView } from './thumbnails.ts';

/** Where a view finds an open library: its folder, and its database, which is a copy when it is read-only. */
export interface ViewedLibrary {
  readonly folder: string;
  readonly databaseFile: string;
}

/** What a worker process needs to look at a library that the core has open. */
export function describeView({ folder, db }: Library): ViewedLibrary {
  return { folder, databaseFile: db.name };
}

/**
 * The library that the core has open, as a worker process of the core may look at it: a second connection that
 * cannot write. Long reading then costs the worker's time and not the core's.
 */
export function openLibraryView({ folder, databaseFile }: ViewedLibrary): Library {
  const db = new Database(databaseFile, { readonly: true });
  db.pragma('query_only = ON');
  addSqlFunctions(db);
  const thumbnails = openThumbnailView(path.join(path.dirname(databaseFile), 'thumbnails.db'));
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
