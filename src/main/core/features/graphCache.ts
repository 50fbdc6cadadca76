import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../files/cacheFolder.ts';
import { GRAPH_WRITER_VERSION } from './graphNames.ts';

/** Where the graph of some weights for some side lies, or would: keyed by weights, side and writer. */
export function graphCachePath(weightsSha256: string, side: number): string {
  const key = hashBytes(`${weightsSha256}:${side}:${GRAPH_WRITER_VERSION}`).slice(0, 32);
  return path.join(cacheFolder(), 'graphs', `${key}.onnx`);
}

/** True when the graph is there and is the one that was written, byte for byte. */
export async function isGraphWhole(graphPath: string): Promise<boolean> {
  try {
    const expected = await readFile(`${graphPath}.sha256`, 'utf8');
    const hash = createHash('sha256');
    for await (const piece of createReadStream(graphPath, { highWaterMark: 2 ** 20 })) hash.update(piece);
    return hash.digest('hex') === expected.trim();
  } catch {
    return false;
  }
}

export function hashBytes(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
