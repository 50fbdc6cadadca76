import { constants, fstatSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createHash, hash } from 'node:crypto';
import { translateFileError } from '../files/fileErrors.ts';
import { RefusedFile } from './refusedFile.ts';
import { requireFormat, SNIFF_BYTES } from './sniffFormat.ts';

/** A file's identity, and its bytes where they are few enough to be kept until they are decoded. */
export interface Content {
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: Buffer | null;
}

/** Larger files are refused: they would not fit the memory that one decode may use. */
export const MAX_FILE_BYTES = 256 * 2 ** 20;

/** Larger files are hashed in pieces and read a second time, so that reading ahead cannot fill the memory. */
const MAX_KEPT_BYTES = 8 * 2 ** 20;
const PIECE_BYTES = 2 ** 20;

/** A link put in a file's place since it was listed is not followed, and a pipe does not block. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads and identifies a file; what is no picture by its first bytes is refused without reading the rest.
 * Throws RefusedFile.
 */
export async function readContent(file: string): Promise<Content> {
  return withFile(file, async (handle, size) => {
    if (size > MAX_KEPT_BYTES) {
      requireFormat(await readPiece(handle, 0, SNIFF_BYTES));
      return { sha256: await hashPieces(handle, size), bytes: null };
    }
    const bytes = await readPiece(handle, 0, size);
    requireFormat(bytes.subarray(0, SNIFF_BYTES));
    return { sha256: hash('sha256', bytes, 'hex'), bytes };
  });
}

/** Reads a whole file, whatever it is. Throws RefusedFile. */
export async function readBytes(file: string): Promise<Buffer> {
  return withFile(file, (handle, size) => readPiece(handle, 0, size));
}

async function withFile<Result>(
  file: string,
  use: (handle: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, OPEN_FLAGS);
    const stat = fstatSync(handle.fd);
    if (!stat.isFile()) throw new RefusedFile('not_a_regular_file', 'This is not a file any more.');
    if (stat.size === 0) throw new RefusedFile('empty_file', 'The file is empty.');
    if (stat.size > MAX_FILE_BYTES) {
      throw new RefusedFile('too_large', 'The file is larger than 256 MB, the limit for a picture.');
    }
    return await use(handle, stat.size);
  } catch (error) {
    if (error instanceof RefusedFile) throw error;
    throw new RefusedFile('unreadable_file', describe(error), error);
  } finally {
    await handle?.close();
  }
}

function describe(error: unknown): string {
  const { code } = translateFileError(error, '');
  if (code === 'not_found') return 'The file has gone since the folder was listed.';
  if (code === 'unreadable') return 'You are not allowed to read this file.';
  return 'The file cannot be read; the drive may be failing or disconnected.';
}

/** Up to `length` bytes from `position`; fewer when the file ends before. */
async function readPiece(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  // Not from Node's shared pool: a small file must not keep 8 KB of others alive, nor share an ArrayBuffer.
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function hashPieces(handle: FileHandle, size: number): Promise<string> {
  const digest = createHash('sha256');
  for (let at = 0; at < size; at += PIECE_BYTES) {
    digest.update(await readPiece(handle, at, Math.min(PIECE_BYTES, size - at)));
  }
  return digest.digest('hex');
}
