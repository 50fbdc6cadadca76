import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { writeInChunks } from '../library/writeInChunks.ts';
import type { SplitPart } from '../../../shared/images.ts';
import { readSplitUnits } from './splitUnits.ts';

/** A labelled image as training sees it. */
export interface LabelledImage {
  readonly imageId: number;
  readonly sha256: string;
  readonly classId: number;
  /** What must not be split from it: its content, and the group of each of its files. */
  readonly units: readonly string[];
}

export interface TrainingClass {
  readonly classId: number;
  readonly name: string;
  readonly color: string;
}

/** Every labelled image of the library with its groups, in the order of ids; without those that a person excluded. */
export function readLabelledImages(db: Database): LabelledImage[] {
  const units = readSplitUnits(db);
  const images: LabelledImage[] = [];
  const labelled = db.prepare<[], { image_id: number; sha256: string; class_id: number }>(
    `SELECT i.image_id, i.sha256, l.class_id FROM images i JOIN labels l USING (image_id)
     WHERE i.image_id NOT IN (SELECT image_id FROM excluded_images) ORDER BY i.image_id`,
  );
  for (const { image_id, sha256, class_id } of labelled.iterate()) {
    images.push({
      imageId: image_id,
      sha256,
      classId: class_id,
      units: [`c:${sha256}`, ...(units.get(image_id) ?? [])],
    });
  }
  return images;
}

/** Classes with at least one labelled image that is not excluded, in the order of the class list. */
export function listUsedClasses(db: Database): TrainingClass[] {
  return db
    .prepare<[], TrainingClass>(
      `SELECT class_id AS classId, name, color FROM classes c
       WHERE EXISTS (SELECT 1 FROM labels l WHERE l.class_id = c.class_id
         AND l.image_id NOT IN (SELECT image_id FROM excluded_images)) ORDER BY position, class_id`,
    )
    .all();
}

export interface SplitSettings {
  readonly seed: number;
  readonly fractions: { readonly train: number; readonly validation: number; readonly test: number };
}

export const DEFAULT_SPLIT: SplitSettings = {
  seed: 1,
  fractions: { train: 0.6, validation: 0.2, test: 0.2 },
};

/** The split of these settings; drawn once, then only extended. */
export function ensureSplit(db: Database, { seed, fractions }: SplitSettings): number {
  return db
    .prepare<[number, number, number, number, number], number>(
      `INSERT INTO splits (seed, train, validation, test, drawn_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (seed, train, validation, test) DO UPDATE SET seed = excluded.seed RETURNING split_id`,
    )
    .pluck()
    .all(seed, fractions.train, fractions.validation, fractions.test, Date.now())[0]!;
}

/** Images that a strategy chose to learn from: they are learnt from in every split, and no model is judged on them. */
function listTaught(db: Database): number[] {
  return db
    .prepare<[], number>(
      `SELECT DISTINCT image_id FROM suggestion_images JOIN suggestion_batches USING (batch_id) WHERE queue = 'teach'`,
    )
    .pluck()
    .all();
}

/** Where images stand in a split, those that a strategy chose and that are new to it in the training part. */
export function readSplitMembers(db: Database, splitId: number): Map<number, SplitPart> {
  const members = new Map<number, SplitPart>();
  const rows = db.prepare<[number], { image_id: number; part: SplitPart }>(
    `SELECT image_id, part FROM split_members WHERE split_id = ? AND part <> 'excluded'`,
  );
  for (const { image_id, part } of rows.iterate(splitId)) members.set(image_id, part);
  for (const imageId of listTaught(db)) if (!members.has(imageId)) members.set(imageId, 'train');
  return members;
}

/** Rows per transaction, so that the core answers others in between. */
const CHUNK = 2000;

/** Records new members of a split; what was there stays where it is. */
export async function saveSplitMembers(
  db: Database,
  splitId: number,
  placed: readonly { readonly imageId: number; readonly part: SplitPart }[],
  excluded: readonly number[],
): Promise<void> {
  const insert = db.prepare(
    'INSERT OR IGNORE INTO split_members (split_id, image_id, part) VALUES (?, ?, ?)',
  );
  const rows = [...placed, ...excluded.map((imageId) => ({ imageId, part: 'excluded' }))];
  await writeInChunks(db, rows, CHUNK, ({ imageId, part }) => insert.run(splitId, imageId, part));
}

/** SHA-256 over the sorted (content, class, part) of every image used: the same for the same data, on any machine. */
export function fingerprintSet(
  images: readonly LabelledImage[],
  classes: readonly TrainingClass[],
  parts: ReadonlyMap<number, SplitPart>,
): string {
  const nameOf = new Map(classes.map(({ classId, name }) => [classId, name]));
  const lines = images
    .map(
      ({ sha256, classId, imageId }) =>
        `${sha256}\t${nameOf.get(classId) ?? ''}\t${parts.get(imageId) ?? ''}\n`,
    )
    .sort();
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line);
  return hash.digest('hex');
}
