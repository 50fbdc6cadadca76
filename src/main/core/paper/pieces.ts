import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { writeFileAtomic } from '../files/writeAtomic.ts';

const Stored = v.looseObject({ paperPiece: v.literal(2) });

/** What is done already, else made now and kept: what was interrupted goes on with what is missing. */
export async function keepPiece<Piece extends object>(
  folder: string,
  name: string,
  make: () => Promise<Piece>,
): Promise<Piece> {
  const file = path.join(folder, `${name}.json`);
  try {
    const stored: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (v.is(Stored, stored)) return stored as unknown as Piece;
  } catch {
    // Not there, or damaged: made anew.
  }
  const piece = await make();
  await writeFileAtomic(file, `${JSON.stringify({ paperPiece: 2, ...piece })}\n`);
  return piece;
}
