import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';

/** Everything of a map that is not in the database. */
export interface MapContent {
  /** `[n] uint32` image of each point, the placed ones last. */
  readonly imageIds: Uint32Array;
  /** `[n, 2] float32` */
  readonly positions: Float32Array;
  /** `[inputs] float32` and `[directions, inputs] float32`: how features become components. */
  readonly mean: Float32Array;
  readonly directions: Float32Array;
  /** `[n, dims] float32`: the components of each point, `dims` a multiple of 4. */
  readonly points: Float32Array;
}

export type MapSection = keyof MapContent;

const ORDER: readonly MapSection[] = ['imageIds', 'positions', 'mean', 'directions', 'points'];
const MAGIC = 'FMAP';
/** A header is a few hundred bytes. */
const LONGEST_HEADER = 65_536;

type Header = Readonly<Record<MapSection, { readonly bytes: number; readonly sha256: string }>>;

/** The file of a map in its library. */
export function mapFile(libraryFolder: string, name: string): string {
  return path.join(libraryFolder, 'maps', name);
}

/** Writes a map whole or not at all: magic, length of the header, header (JSON), then the arrays, little endian. */
export async function writeMapFile(file: string, content: MapContent): Promise<void> {
  const sections = ORDER.map((name) => {
    const values = content[name];
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  });
  const facts = ORDER.map((name, i) => [name, { bytes: sections[i]!.length, sha256: hash(sections[i]!) }]);
  const header = Buffer.from(JSON.stringify(Object.fromEntries(facts)));
  const start = Buffer.alloc(8);
  start.write(MAGIC, 'latin1');
  start.writeUInt32LE(header.length, 4);
  await writeFileAtomic(file, Buffer.concat([start, header, ...sections]));
}

/**
 * The named arrays of a map, each checked by its hash.
 * @throws FoveaError `corrupt` when they are not what was written, `not_found`, `unreadable`
 */
export async function readMapFile<Name extends MapSection>(
  file: string,
  names: readonly Name[],
): Promise<Pick<MapContent, Name>> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw translateFileError(error, file);
  });
  try {
    const start = await readExactly(handle, 0, 8, file);
    const length = start.readUInt32LE(4);
    if (start.toString('latin1', 0, 4) !== MAGIC || length > LONGEST_HEADER) throw damaged(file);
    const header = parseHeader((await readExactly(handle, 8, length, file)).toString(), file);
    const found: Partial<Record<MapSection, Uint32Array | Float32Array>> = {};
    let at = 8 + length;
    for (const name of ORDER) {
      const { bytes, sha256 } = header[name];
      if ((names as readonly MapSection[]).includes(name)) {
        const section = await readExactly(handle, at, bytes, file);
        if (hash(section) !== sha256) throw damaged(file);
        found[name] =
          name === 'imageIds'
            ? new Uint32Array(section.buffer, section.byteOffset, bytes / 4)
            : new Float32Array(section.buffer, section.byteOffset, bytes / 4);
      }
      at += bytes;
    }
    return found as unknown as Pick<MapContent, Name>;
  } finally {
    await handle.close();
  }
}

async function readExactly(
  handle: Awaited<ReturnType<typeof open>>,
  from: number,
  length: number,
  file: string,
): Promise<Buffer> {
  const { size } = await handle.stat();
  if (!Number.isInteger(length) || length < 0 || from + length > size) throw damaged(file);
  // A buffer of its own, so that it begins where numbers may begin.
  const buffer = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, Math.min(length - done, 2 ** 26), from + done);
    if (bytesRead === 0) throw damaged(file);
    done += bytesRead;
  }
  return buffer;
}

function parseHeader(text: string, file: string): Header {
  try {
    const header = JSON.parse(text) as Header;
    for (const name of ORDER) {
      const { bytes, sha256 } = header[name];
      if (bytes % 4 !== 0 || typeof sha256 !== 'string') throw damaged(file);
    }
    return header;
  } catch {
    throw damaged(file);
  }
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function damaged(file: string): FoveaError {
  return new FoveaError('corrupt', 'The file of this map is damaged.', {
    subject: path.basename(file),
    todo: 'Make a new map; nothing else is lost.',
  });
}
