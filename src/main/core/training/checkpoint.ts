import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { CurvePoint } from '../../../shared/jobs.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import type { OptimiserState } from './optimiser.ts';

/** Everything that a training by epochs needs to go on after a whole epoch as if it had never stopped. */
export interface Checkpoint<Snapshot = unknown> {
  /** The last whole epoch; 1 for the first. */
  readonly epoch: number;
  readonly curve: readonly CurvePoint[];
  readonly best: { readonly epoch: number; readonly loss: number; readonly head: Snapshot };
  readonly parameters: readonly Float32Array[];
  readonly optimiser: OptimiserState;
}

export interface CheckpointStore<State = Checkpoint> {
  /** The newest whole checkpoint, or null. */
  load(): Promise<State | null>;
  save(checkpoint: State): Promise<void>;
}

/** Trainings and maps that were ended and may be run again; of more than this many the oldest are forgotten. */
const KEPT = 3;
const HASH_BYTES = 32;

/**
 * Keeps the checkpoint of one training, or other long work, in a file, each time whole or not at all. A file that is damaged counts as none.
 * A disk that has no room for it does not stop the training; only the way back is lost.
 */
export function openCheckpoint<State = Checkpoint>(file: string): CheckpointStore<State> {
  return {
    async load() {
      const bytes = await readFile(file).catch(() => null);
      if (bytes === null) return null;
      const content = bytes.subarray(HASH_BYTES);
      if (!hash(content).equals(bytes.subarray(0, HASH_BYTES))) return null;
      return deserialize(content) as State;
    },
    async save(checkpoint) {
      const content = serialize(checkpoint);
      await writeFileAtomic(file, Buffer.concat([hash(content), content])).catch(() => undefined);
    },
  };
}

function hash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Where a training keeps its checkpoint: the same for the same `facts` (recipe, engine, data) of a library. */
export function checkpointFile(libraryFolder: string, facts: unknown): string {
  const name = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
  return path.join(checkpointFolder(libraryFolder), `${name}.checkpoint`);
}

/** Deletes all but the newest checkpoints. */
export async function sweepCheckpoints(libraryFolder: string): Promise<void> {
  const folder = checkpointFolder(libraryFolder);
  const names = await readdir(folder).catch((): string[] => []);
  const dated = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, at: (await stat(file).catch(() => null))?.mtimeMs ?? 0 };
    }),
  );
  dated.sort((a, b) => b.at - a.at);
  for (const { file } of dated.slice(KEPT)) await rm(file, { force: true });
}

/** Forgets the checkpoint of a training that has ended. */
export async function dropCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}

const checkpointFolder = (libraryFolder: string): string => path.join(libraryFolder, 'checkpoints');
