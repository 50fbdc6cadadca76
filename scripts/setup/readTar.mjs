import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;

/**
 * Unpacks the regular files of a `.tgz` (POSIX ustar, as npm packs them) for which `place` gives a path
 * below `folder`; null leaves a file out. Streams: the whole archive is never in memory.
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => string | null} place
 * @returns {Promise<number>} how many files were written
 */
export async function untar(archive, folder, place) {
  const unpacked = createGunzip({ chunkSize: 1 << 18 });
  const packed = createReadStream(archive, { highWaterMark: 1 << 20 });
  packed.once('error', (error) => unpacked.destroy(error));
  const bytes = new Bytes(packed.pipe(unpacked));
  let written = 0;
  for (;;) {
    const header = Buffer.concat(await collect(bytes.next(BLOCK)));
    if (header.length < BLOCK || header[0] === 0) return written;
    const entry = readHeader(header);
    const name = entry.isFile ? place(entry.name) : null;
    if (name === null) {
      await collect(bytes.next(entry.size), false);
    } else {
      const target = path.resolve(folder, ...name.split('/'));
      if (!target.startsWith(path.resolve(folder) + path.sep)) {
        throw new Error(`The archive wants to write outside its folder: ${entry.name}`);
      }
      await mkdir(path.dirname(target), { recursive: true });
      const output = createWriteStream(target);
      await pipeline(bytes.next(entry.size), output);
      if (output.bytesWritten !== entry.size) throw new Error('The archive ends too early.');
      written += 1;
    }
    await collect(bytes.next((BLOCK - (entry.size % BLOCK)) % BLOCK), false);
  }
}

/** A stream read in pieces of wanted lengths. */
class Bytes {
  /** @type {AsyncIterator<Buffer>} */
  #source;
  /** @type {Buffer} */
  #rest = Buffer.alloc(0);

  constructor(/** @type {AsyncIterable<Buffer>} */ source) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next `length` bytes in chunks; fewer when the stream ends. */
  async *next(/** @type {number} */ length) {
    let left = length;
    while (left > 0) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#source.next();
        if (done) return;
        this.#rest = value;
      }
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
}

/** @param {AsyncIterable<Buffer>} chunks @param {boolean} [keep] false reads past them */
async function collect(chunks, keep = true) {
  const kept = [];
  for await (const chunk of chunks) if (keep) kept.push(chunk);
  return kept;
}

/** @param {Buffer} header */
function readHeader(header) {
  const text = (/** @type {number} */ from, /** @type {number} */ length) => {
    const end = header.indexOf(0, from);
    return header.toString('utf8', from, end === -1 || end > from + length ? from + length : end);
  };
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  const type = text(156, 1);
  return {
    name: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    size: Number.parseInt(text(124, 12).trim(), 8) || 0,
    isFile: type === '0' || type === '',
  };
}
