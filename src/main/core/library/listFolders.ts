import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';

const TABLE = /\.(csv|tsv|txt)$/i;

export interface FolderListing {
  readonly path: string;
  readonly parent: string | null;
  readonly home: string;
  readonly folders: readonly { readonly name: string; readonly path: string }[];
  /** Tables in it, where those were asked for. */
  readonly files: readonly { readonly name: string; readonly path: string }[];
}

/**
 * The folders inside a folder, for choosing one where no system dialog can be had (a browser). Hidden ones are
 * left out. An empty path means the person's home folder.
 * @throws FoveaError `invalid`, `not_found`, `unreadable`.
 */
export async function listFolders(wanted: string, withTables = false): Promise<FolderListing> {
  const home = os.homedir();
  const folder = wanted === '' ? home : wanted;
  if (!path.isAbsolute(folder))
    throw new FoveaError('invalid', 'A folder is named by its full path.', { subject: folder });
  const here = path.resolve(folder);
  try {
    const entries = await readdir(here, { withFileTypes: true });
    const list = (isWanted: (entry: Dirent) => boolean) =>
      entries
        .filter((entry) => !entry.name.startsWith('.') && isWanted(entry))
        .map((entry) => ({ name: entry.name, path: path.join(here, entry.name) }))
        .sort((a, b) => a.name.localeCompare(b.name));
    const folders = list((entry) => entry.isDirectory());
    const files = withTables ? list((entry) => entry.isFile() && TABLE.test(entry.name)) : [];
    const parent = path.dirname(here);
    return { path: here, parent: parent === here ? null : parent, home, folders, files };
  } catch (error) {
    throw translateFileError(error, here);
  }
}
