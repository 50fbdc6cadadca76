import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';

export const MANIFEST_NAME = 'manifest.json';
const FORMAT = 'fovea-export';
const MAX_BYTES = 2 * 2 ** 20;

const Entry = v.object({
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
const Manifest = v.object({
  format: v.literal(FORMAT),
  version: v.literal(1),
  target: v.string(),
  files: v.record(v.string(), Entry),
});

/** What an exported folder holds, by path below it (forward slashes), with size and SHA-256. */
export type Manifest = v.InferOutput<typeof Manifest>;

/** Lists, hashes and writes down every file below `folder`. Returns the manifest; it does not list itself. */
export async function writeManifest(folder: string, target: string): Promise<Manifest> {
  const files: Manifest['files'] = {};
  for (const name of await listFiles(folder)) files[name] = await describeFile(folder, name);
  const manifest: Manifest = { format: FORMAT, version: 1, target, files };
  await writeFileAtomic(path.join(folder, MANIFEST_NAME), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** The manifest of an exported folder, or null where there is none or it is not one of ours. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const file = path.join(folder, MANIFEST_NAME);
  try {
    const facts = await lstat(file);
    if (!facts.isFile() || facts.size > MAX_BYTES) return null;
    const parsed = v.safeParse(Manifest, JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Checks files of an export against its manifest. Throws `corrupt` with the name of the first that differs. */
export async function verifyFiles(
  folder: string,
  manifest: Manifest,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const expected = manifest.files[name];
    const found = await describeFile(folder, name);
    if (expected?.bytes !== found.bytes || expected.sha256 !== found.sha256) {
      throw new FoveaError('corrupt', `${name} was changed or damaged after it was exported.`, {
        subject: path.join(folder, name),
        todo: 'Export the model again.',
      });
    }
  }
}

/** Every file below a folder, as sorted paths with forward slashes. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}

async function describeFile(folder: string, name: string): Promise<Manifest['files'][string]> {
  const file = path.join(folder, name);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of createReadStream(file, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
      hash.update(piece);
      bytes += piece.length;
    }
  } catch (error) {
    throw translateFileError(error, file);
  }
  return { bytes, sha256: hash.digest('hex') };
}
