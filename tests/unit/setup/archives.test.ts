import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { untar } from '../../../scripts/setup/readTar.mjs';
import { unzip } from '../../../scripts/setup/readZip.mjs';
import { makeTemporaryFolder } from '../../support/temporary.ts';

interface Entry {
  readonly name: string;
  readonly data: Buffer;
  readonly mode?: number;
  readonly stored?: boolean;
}

const BIG = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * index) % 251));
const ENTRIES: readonly Entry[] = [
  { name: 'top/run me', data: Buffer.from('#!/bin/sh\n'), mode: 0o755 },
  { name: 'top/deep/ünïcode.bin', data: BIG },
  { name: 'top/empty', data: Buffer.alloc(0) },
  { name: 'top/stored.txt', data: Buffer.from('as it is'), stored: true },
  { name: 'other/left out', data: Buffer.from('x') },
];
const onlyTop = (name: string): string | null => (name.startsWith('top/') ? name.slice(4) : null);

/** A zip as PKWARE describes it, written independently of the reader. */
function zip(entries: readonly Entry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, mode = 0o644, stored = false } of entries) {
    const packed = stored ? data : deflateRawSync(data);
    const title = Buffer.from(name);
    const common = Buffer.alloc(22);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    const lengths = Buffer.alloc(4);
    lengths.writeUInt16LE(title.length, 0);
    // An extra field only in the local header, as some archivers write: its length differs from the directory's.
    lengths.writeUInt16LE(3, 2);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, lengths, title, Buffer.alloc(3), packed]);
    const rest = Buffer.alloc(18);
    rest.writeUInt16LE(title.length, 0);
    rest.writeUInt32LE((mode << 16) >>> 0, 10);
    rest.writeUInt32LE(offset, 14);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, rest, title]));
    locals.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, list, Buffer.from('PK\x05\x06'), end]);
}

/** A `.tgz` of POSIX ustar blocks, written independently of the reader. */
function tgz(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, data }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('0', 156);
    header.write('ustar\u000000', 257);
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const FORMATS = [
  { format: 'zip', pack: zip, unpack: unzip },
  { format: 'tgz', pack: tgz, unpack: untar },
] as const;

describe.each(FORMATS)('what set-up unpacks from a $format', ({ format, pack, unpack }) => {
  it('is every wanted file, byte for byte, and nothing else', async () => {
    const folder = await makeTemporaryFolder();
    const archive = path.join(folder, 'archive');
    await writeFile(archive, pack(ENTRIES));
    expect(await unpack(archive, path.join(folder, 'out'), onlyTop)).toBe(4);
    const names = await readdir(path.join(folder, 'out'), { recursive: true });
    expect(names.sort()).toEqual(
      ['deep', 'deep/ünïcode.bin', 'empty', 'run me', 'stored.txt'].map(path.normalize),
    );
    for (const { name, data } of ENTRIES.slice(0, 4)) {
      expect((await readFile(path.join(folder, 'out', name.slice(4)))).equals(data), name).toBe(true);
    }
    if (format === 'zip' && process.platform !== 'win32') {
      expect((await stat(path.join(folder, 'out', 'run me'))).mode & 0o111).toBe(0o111);
    }
  });

  it('never lies outside the folder, whatever the archive says', async () => {
    const folder = await makeTemporaryFolder();
    const archive = path.join(folder, 'archive');
    for (const name of ['../escaped', 'a/../../escaped', '/escaped']) {
      await writeFile(archive, pack([{ name, data: Buffer.from('x') }]));
      const out = path.join(folder, 'out');
      await unpack(archive, out, (each) => each).catch((error: Error) => {
        expect(error.message).toContain('outside');
      });
      expect((await readdir(folder)).filter((each) => each === 'escaped')).toEqual([]);
    }
  });

  it('is refused when the archive was cut off', async () => {
    const folder = await makeTemporaryFolder();
    const archive = path.join(folder, 'archive');
    const whole = pack(ENTRIES);
    await writeFile(archive, whole.subarray(0, Math.floor(whole.length / 2)));
    await expect(unpack(archive, path.join(folder, 'out'), (name) => name)).rejects.toThrow();
  });
});
