import { openSync, readSync, closeSync } from 'node:fs';
import { FoveaError } from '../../../shared/errors.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from './migrate.ts';

/** Bytes of the SQLite header that are read: magic at 0, user_version at 60, application_id at 68 (big endian). */
const HEADER_BYTES = 100;

/**
 * Looks at the first bytes of a database file without opening it, so that a file that is not ours, or was
 * made by a newer version, stays byte for byte as it was.
 * @throws FoveaError `corrupt`, `invalid` (another program's database), `newer_library`.
 */
export function peekDatabase(filePath: string, name: string): void {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(filePath, 'r');
  let read: number;
  try {
    read = readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  // A crash before the very first commit leaves an empty file, which SQLite takes as a new database.
  if (read === 0) return;
  if (read < HEADER_BYTES || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new FoveaError(
      'corrupt',
      'The library database is damaged: its first bytes are not a database’s.',
      {
        subject: name,
      },
    );
  }
  const version = header.readUInt32BE(60);
  const application = header.readUInt32BE(68);
  if (version !== 0 && application !== APPLICATION_ID) {
    throw new FoveaError('invalid', 'The file library.db in this folder belongs to another program.', {
      subject: name,
      todo: 'Choose another folder.',
    });
  }
  if (version > SCHEMA_VERSION) {
    throw new FoveaError(
      'newer_library',
      `This library was made by a newer version of Fovea Studio (its format is ${version}, this version knows ${SCHEMA_VERSION}).`,
      { subject: name, todo: 'Open it with that version, or install the newest one. It was left untouched.' },
    );
  }
}
