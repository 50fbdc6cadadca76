import path from 'node:path';

/** The database of a library. */
export function databaseFile(folder: string): string {
  return path.join(folder, 'library.db');
}

/** The library's name as people see it: the folder without its ending. */
export function libraryName(folder: string): string {
  return path.basename(folder).replace(/\.fovea$/i, '');
}
