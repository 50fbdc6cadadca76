import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { findReader } from './readers.ts';

const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** Of RFC 7914: 32 MiB and about a tenth of a second for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };

/**
 * Sets, changes or (with null) takes away the password that is asked for before one can label as a reader. It keeps
 * readers from labelling in another's name; it does not encrypt the library.
 * @throws FoveaError `not_found`, `invalid` when the reader has a password and `present` is not it.
 */
export async function changePassword(
  db: Database,
  readerId: number,
  { present, next }: { readonly present?: string | undefined; readonly next: string | null },
): Promise<void> {
  await requirePassword(db, readerId, present);
  const stored = next === null ? null : await hashPassword(next, randomBytes(SALT_BYTES));
  db.prepare('UPDATE readers SET password = ? WHERE reader_id = ?').run(stored, readerId);
}

/** Lets pass where the reader has no password or this is it. @throws FoveaError `not_found`, `invalid`. */
export async function requirePassword(
  db: Database,
  readerId: number,
  password: string | undefined,
): Promise<void> {
  const { name } = findReader(db, readerId);
  const stored = db
    .prepare<[number], string | null>('SELECT password FROM readers WHERE reader_id = ?')
    .pluck()
    .get(readerId);
  if (stored === null || stored === undefined) return;
  if (password !== undefined) {
    const [salt = ''] = stored.split(':');
    const given = await hashPassword(password, Buffer.from(salt, 'hex'));
    if (timingSafeEqual(Buffer.from(given), Buffer.from(stored))) return;
  }
  throw new FoveaError('invalid', `This is not the password of ${name}.`, {
    subject: 'password',
    todo: 'Type it again; upper and lower case differ.',
  });
}

/** `salt:hash` in hexadecimal. Off the core's thread, as scrypt is meant to be slow. */
function hashPassword(password: string, salt: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, COST, (error, key) => {
      if (error === null) resolve(`${salt.toString('hex')}:${key.toString('hex')}`);
      else reject(error);
    });
  });
}
