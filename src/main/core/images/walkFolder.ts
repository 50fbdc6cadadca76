import { isUtf8 } from 'node:buffer';
import { lstatSync, readdirSync, type Dirent, type Stats } from 'node:fs';
import type { RejectionCode } from '../../../shared/images.ts';
import { translateFileError } from '../files/fileErrors.ts';

/** One entry below an imported folder that must be accounted for. */
export interface ScannedFile {
  /** Relative to the folder, forward slashes; bytes that are not UTF-8 appear as `\xHH`. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Set when it is already clear that this cannot become an image; then it must never be opened. */
  readonly refused?: { readonly code: RejectionCode; readonly reason: string };
}

export interface ScanBatch {
  readonly files: readonly ScannedFile[];
  /** Operating-system litter passed over since the last batch. */
  readonly ignored: number;
}

/** The only files that are passed over in silence (but counted). */
const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

const BATCH_FILES = 512;

interface Folder {
  /** What the file system is asked for; bytes once a name on the way is not UTF-8. */
  readonly location: string | Buffer;
  readonly path: string;
  readonly isNameReadable: boolean;
}

/**
 * Walks a folder in the byte order of names, depth first, in batches of at most 512 entries. Links are listed
 * and never followed; pipes, sockets and devices are listed and never opened. Synchronous, so call it in a
 * process that may block. Throws FoveaError when the folder itself cannot be listed.
 */
export function* walkFolder(root: string): Generator<ScanBatch, void, void> {
  let files: ScannedFile[] = [];
  let ignored = 0;
  const rootFolder: Folder = { location: root, path: '', isNameReadable: true };
  const stack: (Folder | ScannedFile)[] = [];
  for (let folder: Folder | undefined = rootFolder; folder !== undefined;) {
    let entries: Dirent<Buffer>[];
    try {
      entries = readdirSync(folder.location, { withFileTypes: true, encoding: 'buffer' });
    } catch (error) {
      if (folder === rootFolder) throw translateFileError(error, root);
      entries = [];
      if (!isGone(error)) stack.push(refuse(folder.path, 'unreadable_file', describeFolderError(error)));
    }
    const listed: (Folder | ScannedFile)[] = [];
    // Latin-1 keeps every byte as one character, so strings compare as the bytes do.
    const names = entries.map((entry) => [entry.name.toString('latin1'), entry] as const);
    names.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, entry] of names) {
      const item = inspect(folder, entry);
      if (item === 'litter') ignored++;
      else if (item !== null) listed.push(item);
    }
    for (let i = listed.length - 1; i >= 0; i--) stack.push(listed[i]!);

    folder = undefined;
    while (folder === undefined && stack.length > 0) {
      const next = stack.pop()!;
      if ('location' in next) folder = next;
      else files.push(next);
      if (files.length >= BATCH_FILES) {
        yield { files, ignored };
        files = [];
        ignored = 0;
      }
    }
  }
  if (files.length > 0 || ignored > 0) yield { files, ignored };
}

/** What an entry is: a folder to walk, a file to account for, litter, or null when it has just gone. */
function inspect(parent: Folder, entry: Dirent<Buffer>): Folder | ScannedFile | 'litter' | null {
  const isNameReadable = isUtf8(entry.name);
  const name = isNameReadable ? entry.name.toString('utf8') : escapeBytes(entry.name);
  const path = parent.path === '' ? name : `${parent.path}/${name}`;
  const isReadable = parent.isNameReadable && isNameReadable;
  const location = isReadable
    ? `${parent.location as string}/${name}`
    : Buffer.concat([Buffer.from(parent.location), Buffer.from('/'), entry.name]);
  if (entry.isDirectory()) return { location, path, isNameReadable: isReadable };
  let stat: Stats;
  try {
    stat = lstatSync(location);
  } catch (error) {
    return isGone(error) ? null : refuse(path, 'unreadable_file', 'Its properties cannot be read.');
  }
  // Some file systems do not say in the listing what an entry is.
  if (stat.isDirectory()) return { location, path, isNameReadable: isReadable };
  const facts = { path, bytes: stat.size, modifiedMs: stat.mtimeMs };
  if (!stat.isFile()) {
    return { ...facts, refused: { code: 'not_a_regular_file', reason: describeKind(stat) } };
  }
  if (LITTER.has(name)) return 'litter';
  if (isReadable) return facts;
  const reason = 'Its name, or that of a folder above it, is not valid text (UTF-8); rename it to import it.';
  return { ...facts, refused: { code: 'unreadable_name', reason } };
}

function refuse(path: string, code: RejectionCode, reason: string): ScannedFile {
  return { path, bytes: 0, modifiedMs: 0, refused: { code, reason } };
}

function describeKind(stat: Stats): string {
  if (stat.isSymbolicLink())
    return 'This is a link; links are not followed. Import the folder that it points to.';
  if (stat.isFIFO()) return 'This is a named pipe, not a file.';
  if (stat.isSocket()) return 'This is a socket, not a file.';
  return 'This is a device, not a file.';
}

function describeFolderError(error: unknown): string {
  const code = translateFileError(error, '').code;
  if (code === 'unreadable') return 'You are not allowed to open this folder; what it holds is not imported.';
  if (code === 'invalid') return 'The path of this folder is too long; what it holds is not imported.';
  return 'This folder cannot be read; what it holds is not imported.';
}

function isGone(error: unknown): boolean {
  return translateFileError(error, '').code === 'not_found';
}

function escapeBytes(name: Buffer): string {
  return Array.from(name, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase()}`,
  ).join('');
}
