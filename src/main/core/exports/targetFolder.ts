import { lstat, readdir } from 'node:fs/promises';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { listFiles, MANIFEST_NAME, readManifest } from './manifest.ts';

const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/**
 * Makes sure that an export may take this folder's place: it does not exist, is empty, or holds an earlier
 * export and nothing else. Throws `conflict` otherwise, so that no file of a person is ever replaced.
 */
export async function requireReplaceable(folder: string): Promise<void> {
  const facts = await lstat(folder).catch(() => null);
  if (facts === null) return;
  if (!facts.isDirectory()) throw occupied(folder, 'There is already a file of this name.');
  const entries = await readdir(folder).catch((error: unknown) => {
    throw translateFileError(error, folder);
  });
  if (entries.every((name) => LITTER.has(name))) return;
  const manifest = await readManifest(folder);
  if (manifest === null) throw occupied(folder, 'This folder holds other files.');
  const known = new Set([...Object.keys(manifest.files), MANIFEST_NAME]);
  const foreign = (await listFiles(folder)).find(
    (name) => !known.has(name) && !LITTER.has(name.split('/').at(-1) ?? ''),
  );
  if (foreign !== undefined)
    throw occupied(folder, `This folder holds a file that is not of an export: ${foreign}.`);
}

function occupied(folder: string, sentence: string): FoveaError {
  return new FoveaError('conflict', sentence, { subject: folder, todo: 'Choose a new or empty folder.' });
}
