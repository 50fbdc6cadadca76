import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { cacheFolder } from '../files/cacheFolder.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { BackboneFolder } from './backboneFolders.ts';
import type { CheckedBackbone } from './checkBackbone.ts';
import { GRAPH_WRITER_VERSION } from './graphNames.ts';
import { ANSWERS_VERSION, requireKnownAnswer } from './knownAnswers.ts';
import { hashLayersModel } from './readLayersModel.ts';

const Accepted = v.object({
  sha256: v.string(),
  dims: v.pipe(v.number(), v.integer(), v.minValue(1)),
  difference: v.number(),
});

/** What this process has accepted already, so that asking again costs no hashing. */
const accepted = new Map<string, { stamp: string; checked: CheckedBackbone }>();

/**
 * Accepts a backbone folder by its known answers, or throws why not (see `checkBackbone`). An acceptance is
 * remembered in the cache by the SHA-256 of the weights, so that only new weights cost a second.
 */
export async function acceptBackbone(candidate: BackboneFolder): Promise<CheckedBackbone> {
  const { folder, name, width } = candidate;
  requireKnownAnswer(folder, name, width);
  const stamp = await stampFolder(folder);
  const known = accepted.get(folder);
  if (known?.stamp === stamp) return known.checked;
  const checked = await recallOrCheck(candidate);
  accepted.set(folder, { stamp, checked });
  return checked;
}

async function recallOrCheck({ folder, name, width }: BackboneFolder): Promise<CheckedBackbone> {
  const sha256 = await hashLayersModel(folder);
  const version = `${ANSWERS_VERSION}.${GRAPH_WRITER_VERSION}`;
  const file = path.join(cacheFolder(), 'accepted', `${name}-${width}-${sha256}-${version}.json`);
  const remembered = await recall(file);
  if (remembered !== null) return remembered;
  const worker = new WorkerProcess(new URL('./backbone.worker.ts', import.meta.url));
  try {
    const checked = await worker.call<CheckedBackbone>('check', { folder, name, width });
    // A cache that cannot be written to costs time at the next start, not the studio.
    await writeFileAtomic(file, JSON.stringify(checked)).catch(() => undefined);
    return checked;
  } finally {
    await worker.close();
  }
}

async function recall(file: string): Promise<CheckedBackbone | null> {
  try {
    return v.parse(Accepted, JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Names, sizes and times of the files in a folder: changes when any of them is replaced. */
async function stampFolder(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const parts = await Promise.all(
    names.sort().map(async (name) => {
      const facts = await stat(path.join(folder, name)).catch(() => null);
      return `${name}:${facts?.size}:${facts?.mtimeMs}:${facts?.ino}`;
    }),
  );
  return parts.join('|');
}
