import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/**
 * @typedef {object} ZipEntry
 * @property {string} name with forward slashes
 * @property {number} size in bytes, unpacked
 * @property {number} packedSize
 * @property {number} method 0 stored, 8 deflated
 * @property {number} offset of the local header
 * @property {number} mode Unix permissions, 0 when the archive has none
 */

const END_RECORD = 0x06054b50;
const ENTRY = 0x02014b50;

/**
 * Lists a zip file's entries (PKWARE APPNOTE 6.3; no zip64, no encryption: what set-up downloads needs
 * neither). Throws when the file is not such an archive.
 * @param {import('node:fs/promises').FileHandle} file
 * @returns {Promise<ZipEntry[]>}
 */
async function listEntries(file) {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END_RECORD) end -= 1;
  if (end < 0) throw new Error('This is not a whole zip file.');
  const count = tail.readUInt16LE(end + 10);
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = [];
  for (let index = 0, at = 0; index < count; index++) {
    if (directory.readUInt32LE(at) !== ENTRY) throw new Error('The zip file is damaged.');
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      packedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * Unpacks the entries for which `place` gives a path below `folder` (null leaves an entry out). A name that
 * would lead out of the folder is refused.
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => string | null} place
 * @returns {Promise<number>} how many files were written
 */
export async function unzip(archive, folder, place) {
  const file = await open(archive, 'r');
  let written = 0;
  try {
    for (const entry of await listEntries(file)) {
      const name = entry.name.endsWith('/') ? null : place(entry.name);
      if (name === null) continue;
      const target = path.resolve(folder, ...name.split('/'));
      if (!target.startsWith(path.resolve(folder) + path.sep)) {
        throw new Error(`The archive wants to write outside its folder: ${entry.name}`);
      }
      await mkdir(path.dirname(target), { recursive: true });
      await writeEntry(archive, file, entry, target);
      written += 1;
    }
  } finally {
    await file.close();
  }
  return written;
}

/**
 * @param {string} archive
 * @param {import('node:fs/promises').FileHandle} file the same archive, open
 * @param {ZipEntry} entry
 * @param {string} target
 */
async function writeEntry(archive, file, entry, target) {
  const header = await readAt(file, entry.offset, 30);
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const permissions = entry.mode & 0o777;
  const output = createWriteStream(target, permissions === 0 ? {} : { mode: permissions });
  if (entry.packedSize === 0) {
    output.end();
    await finished(output);
    return;
  }
  const input = createReadStream(archive, {
    start,
    end: start + entry.packedSize - 1,
    highWaterMark: 1 << 20,
  });
  if (entry.method === 0) await pipeline(input, output);
  else if (entry.method === 8) await pipeline(input, createInflateRaw({ chunkSize: 1 << 18 }), output);
  else throw new Error(`The zip file uses a method that is not known here (${entry.method}).`);
  if (output.bytesWritten !== entry.size) throw new Error(`The zip file is damaged at ${entry.name}.`);
}

/** @param {import('node:fs/promises').FileHandle} file @param {number} at @param {number} length */
async function readAt(file, at, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  if (bytesRead !== length) throw new Error('The zip file ends too early.');
  return buffer;
}
