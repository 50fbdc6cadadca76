import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { syncFolder } from '../files/writeAtomic.ts';
import { planReads } from './planReads.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * Opens, and makes when it is missing, `<library folder>/features/<key>.f32`: rows of `dims` float32, little
 * endian, nothing else. Which image a row belongs to is in the database. A library that cannot be written to
 * is opened for reading. Throws what `translateFileError` says.
 */
export async function openFeatureStore(
  libraryFolder: string,
  key: string,
  dims: number,
): Promise<FeatureStore> {
  if (!/^[\w.-]+$/.test(key) || !Number.isInteger(dims) || dims < 1) {
    throw new FoveaError('invalid', `"${key}" with ${dims} numbers a row cannot name a feature file.`);
  }
  const file = path.join(libraryFolder, 'features', `${key}.f32`);
  try {
    const { handle, isWritable } = await openForUse(file);
    const { size } = await handle.stat();
    return new FeatureStore({ handle, file, dims, isWritable, bytes: size });
  } catch (error) {
    throw translateFileError(error, file);
  }
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly file: string;
  readonly dims: number;
  readonly isWritable: boolean;
  readonly bytes: number;
}

/** One flat file of feature rows: extended, never recomputed. Rows are numbered from 0. */
export class FeatureStore {
  readonly dims: number;
  readonly #handle: FileHandle;
  readonly #file: string;
  readonly #rowBytes: number;
  readonly #isWritable: boolean;
  #rowCount: number;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor({ handle, file, dims, isWritable, bytes }: OpenFile) {
    this.#handle = handle;
    this.#file = file;
    this.dims = dims;
    this.#isWritable = isWritable;
    this.#rowBytes = dims * FLOAT_BYTES;
    this.#rowCount = Math.floor(bytes / this.#rowBytes);
  }

  /** Whole rows in the file; a torn row at its end does not count and is overwritten by the next append. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /**
   * Appends `[n, dims]` and returns the number of its first row, once the rows are on the disk. On failure
   * (`no_space`, `unreadable`) the file is as it was before. Appends are done one after another.
   */
  appendRows(rows: Float32Array): Promise<number> {
    return this.#change(async () => {
      const count = rows.length / this.dims;
      if (!Number.isInteger(count)) {
        throw new FoveaError('invalid', `${rows.length} numbers are not rows of ${this.dims}.`);
      }
      if (!this.#isWritable) throw this.#readOnly();
      const first = this.#rowCount;
      try {
        await this.#writeAt(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), first);
        await this.#handle.datasync();
      } catch (error) {
        await this.#handle.truncate(first * this.#rowBytes).catch(() => undefined);
        throw translateFileError(error, this.#file);
      }
      this.#rowCount = first + count;
      return first;
    });
  }

  /**
   * Cuts the file to the rows that the database knows: what lies behind them was written by a run that died
   * before it could say so. Throws `corrupt` when the file holds fewer.
   */
  trimTo(rows: number): Promise<void> {
    return this.#change(async () => {
      if (rows > this.#rowCount) throw this.#tooShort(rows);
      try {
        const { size } = await this.#handle.stat();
        if (this.#isWritable && size !== rows * this.#rowBytes) {
          await this.#handle.truncate(rows * this.#rowBytes);
          await this.#handle.datasync();
        }
        this.#rowCount = rows;
      } catch (error) {
        throw translateFileError(error, this.#file);
      }
    });
  }

  /** The named rows in the named order, repeats allowed: `[rows.length, dims]`. Throws `corrupt` past the end. */
  async readRows(rows: Uint32Array): Promise<Float32Array> {
    const last = rows.reduce((most, row) => Math.max(most, row + 1), 0);
    if (last > this.#rowCount) throw this.#tooShort(last);
    const features = new Float32Array(rows.length * this.dims);
    for (const read of planReads(rows, this.#rowBytes)) {
      const part = await this.#readSpan(read.firstRow, read.rowCount);
      for (const at of read.positions) {
        const from = (rows[at]! - read.firstRow) * this.dims;
        features.set(part.subarray(from, from + this.dims), at * this.dims);
      }
    }
    return features;
  }

  /** Every row: `[rowCount, dims]`. */
  readAll(): Promise<Float32Array> {
    return this.#readSpan(0, this.#rowCount);
  }

  close(): Promise<void> {
    return this.#change(() => this.#handle.close());
  }

  async #writeAt(bytes: Uint8Array, row: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const at = row * this.#rowBytes + done;
      done += (await this.#handle.write(bytes, done, bytes.length - done, at)).bytesWritten;
    }
  }

  async #readSpan(firstRow: number, rowCount: number): Promise<Float32Array> {
    const features = new Float32Array(rowCount * this.dims);
    await this.readInto(features, firstRow);
    return features;
  }

  /**
   * Fills `target`, whole rows, with rows in their order in the file: reading many rows piece by piece into one array
   * spares most of the time that new arrays would cost. Throws `corrupt` past the end.
   */
  async readInto(target: Float32Array, firstRow: number): Promise<void> {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    let done = 0;
    while (done < bytes.length) {
      // One read call takes at most 2 GiB; 64 MiB at a time costs nothing.
      const wanted = Math.min(bytes.length - done, 2 ** 26);
      const at = firstRow * this.#rowBytes + done;
      const { bytesRead } = await this.#handle.read(bytes, done, wanted, at).catch((error: unknown) => {
        throw translateFileError(error, this.#file);
      });
      if (bytesRead === 0) throw this.#tooShort(firstRow + target.length / this.dims);
      done += bytesRead;
    }
  }

  #change<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#lastChange.then(work);
    this.#lastChange = result.catch(() => undefined);
    return result;
  }

  #readOnly(): FoveaError {
    return new FoveaError('unreadable', 'This library is read-only; no features can be added to it.', {
      subject: this.#file,
      todo: 'Copy the library to a place that can be written to.',
    });
  }

  #tooShort(rows: number): FoveaError {
    return new FoveaError(
      'corrupt',
      `The feature file holds ${this.#rowCount} rows where ${rows} are known.`,
      {
        subject: this.#file,
        todo: 'Import the images again; missing features are then computed anew.',
      },
    );
  }
}

async function openForUse(file: string): Promise<{ handle: FileHandle; isWritable: boolean }> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o644);
    await syncFolder(path.dirname(file));
    return { handle, isWritable: true };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM') throw error;
    return { handle: await open(file, 'r'), isWritable: false };
  }
}
