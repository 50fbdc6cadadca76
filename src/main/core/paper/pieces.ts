import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { PaperRun } from '../../../shared/paper.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';

const Stored = v.looseObject({ seed: v.number(), split: v.string(), accuracy: v.number() });

/** A run that is done already, else made now and kept: what was interrupted goes on with what is missing. */
export async function keepPiece(
  folder: string,
  name: string,
  make: () => Promise<PaperRun>,
): Promise<PaperRun> {
  const file = path.join(folder, `${name}.json`);
  try {
    const stored: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (v.is(Stored, stored)) return stored as unknown as PaperRun;
  } catch {
    // Not there, or damaged: made anew.
  }
  const run = await make();
  await writeFileAtomic(file, `${JSON.stringify(run)}\n`);
  return run;
}
