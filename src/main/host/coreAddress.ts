import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FoveaError } from '../../shared/errors.ts';

/** Where one core listens, and with which token it must be asked. */
export interface CoreTarget {
  readonly socketPath: string;
  readonly token: string;
}

export interface CoreAddress extends CoreTarget {
  /** Removes what was made for it on disk. */
  remove(): void;
}

/** macOS allows 104 bytes in the path of a socket, Linux 108. */
const LONGEST_SOCKET_PATH = 100;
const TOKEN_BYTES = 32;

/**
 * Makes a new private address and token for one start of a core: a socket in a folder of mode 0700 that only
 * this user can enter, or a named pipe of unguessable name on Windows.
 * @throws FoveaError `unreadable` when no temporary folder can be used.
 */
export function createCoreAddress(folders: readonly string[] = socketFolders()): CoreAddress {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  if (process.platform === 'win32') {
    const socketPath = `\\\\.\\pipe\\fovea-${randomBytes(16).toString('hex')}`;
    return { socketPath, token, remove: () => undefined };
  }
  for (const base of folders) {
    const folder = tryToMakeFolder(base);
    if (folder !== null) {
      return {
        socketPath: path.join(folder, 'core.sock'),
        token,
        remove: () => rmSync(folder, { recursive: true, force: true }),
      };
    }
  }
  throw new FoveaError('unreadable', 'No temporary folder can be written to, so the studio cannot start.', {
    subject: folders.join(', '),
    todo: 'Free some space there, or name another folder by TMPDIR (shorter than 80 characters).',
  });
}

/** Removes the folders of programs that were killed before they could do it themselves. */
export function sweepCoreAddresses(folders: readonly string[] = socketFolders()): void {
  for (const base of folders) {
    for (const name of listNames(base)) {
      const pid = /^fovea-(\d+)-\w{6}$/.exec(name)?.[1];
      if (pid !== undefined && !isAlive(Number(pid))) {
        removeOwn(path.join(base, name));
      }
    }
  }
}

function socketFolders(): string[] {
  if (process.platform === 'win32') return [];
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return [...new Set([...(runtime === undefined ? [] : [runtime]), os.tmpdir(), '/tmp'])];
}

function tryToMakeFolder(base: string): string | null {
  const prefix = path.join(base, `fovea-${process.pid}-`);
  if (!path.isAbsolute(base) || Buffer.byteLength(`${prefix}XXXXXX/core.sock`) > LONGEST_SOCKET_PATH)
    return null;
  try {
    return mkdtempSync(prefix);
  } catch {
    return null;
  }
}

function removeOwn(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another person's; theirs to remove.
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
