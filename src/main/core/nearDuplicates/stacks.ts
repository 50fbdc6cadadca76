import type { Database } from 'better-sqlite3';
import type { Stack, StackImage, StackPage } from '../../../shared/nearDuplicates.ts';
import { createUnionFind } from '../math/unionFind.ts';
import { listOpenPairs, readSearch, type NearPair } from './pairStore.ts';

interface StackIds {
  readonly imageIds: readonly number[];
  readonly likeness: number;
}

/** Stacks whose pairs are at least `least` alike, largest first, `count` of them from the `first`. */
export function readStacks(db: Database, { least, first, count, onlyConflicts }: StackRequest): StackPage {
  const all = joinPairs(listOpenPairs(db, least));
  const conflicting = findConflicts(db, all);
  const shown = onlyConflicts ? all.filter((stack) => conflicting.has(stack)) : all;
  const split = findSplit(db, all);
  const stacks = shown.slice(first, first + count).map((stack): Stack => {
    const { imageIds, likeness } = stack;
    const images = readStackImages(db, imageIds);
    return { images, likeness, isConflict: hasTwoClasses(images), isSplit: split.has(stack) };
  });
  return {
    search: readSearch(db),
    stacks,
    stackCount: all.length,
    imageCount: all.reduce((sum, { imageIds }) => sum + imageIds.length, 0),
    conflictCount: conflicting.size,
    splitCount: split.size,
  };
}

export interface StackRequest {
  readonly least: number;
  readonly first: number;
  readonly count: number;
  readonly onlyConflicts: boolean;
}

/** Of every open stack at that likeness, or of those that a split parts, the images in the order of keeping them. */
export function listStacks(db: Database, least: number, onlySplit: boolean): number[][] {
  const all = joinPairs(listOpenPairs(db, least));
  const split = onlySplit ? findSplit(db, all) : null;
  return all
    .filter((stack) => split === null || split.has(stack))
    .map(({ imageIds }) => readStackImages(db, imageIds).map(({ imageId }) => imageId));
}

/** Images that are joined by pairs, directly or through others; largest stack first, of equals the smallest id first. */
export function joinPairs(pairs: readonly NearPair[]): StackIds[] {
  const ids = [...new Set(pairs.flatMap(({ low, high }) => [low, high]))].sort((a, b) => a - b);
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const sets = createUnionFind(ids.length);
  // The likest pairs first, so that a stack's likeness is that of the weakest pair it needs.
  const stackLikeness = new Map<number, number>();
  for (const { low, high, likeness } of pairs.toSorted((a, b) => b.likeness - a.likeness)) {
    const a = placeOf.get(low)!;
    const b = placeOf.get(high)!;
    if (sets.find(a) === sets.find(b)) continue;
    sets.join(a, b);
    stackLikeness.set(sets.find(a), likeness);
  }
  const members = new Map<number, number[]>();
  for (const [place, id] of ids.entries()) {
    const set = sets.find(place);
    const list = members.get(set);
    if (list === undefined) members.set(set, [id]);
    else list.push(id);
  }
  return [...members]
    .map(([set, imageIds]) => ({ imageIds, likeness: stackLikeness.get(set)! }))
    .sort((a, b) => b.imageIds.length - a.imageIds.length || a.imageIds[0]! - b.imageIds[0]!);
}

function findConflicts(db: Database, stacks: readonly StackIds[]): Set<StackIds> {
  const labelOf = new Map(
    db
      .prepare<[string], [number, number]>(
        'SELECT image_id, class_id FROM labels WHERE image_id IN (SELECT value FROM json_each(?))',
      )
      .raw()
      .all(JSON.stringify(stacks.flatMap(({ imageIds }) => imageIds))),
  );
  return new Set(
    stacks.filter(
      ({ imageIds }) => new Set(imageIds.flatMap((imageId) => labelOf.get(imageId) ?? [])).size > 1,
    ),
  );
}

/** Stacks of which a split puts images into different parts; what it holds out harms nothing. */
function findSplit(db: Database, stacks: readonly StackIds[]): Set<StackIds> {
  const partsOf = new Map<number, string[]>();
  const rows = db
    .prepare<[string], [number, string]>(
      `SELECT image_id, split_id || ' ' || part FROM split_members
       WHERE part <> 'excluded' AND image_id IN (SELECT value FROM json_each(?))`,
    )
    .raw()
    .iterate(JSON.stringify(stacks.flatMap(({ imageIds }) => imageIds)));
  for (const [imageId, part] of rows) partsOf.set(imageId, [...(partsOf.get(imageId) ?? []), part]);
  return new Set(
    stacks.filter(({ imageIds }) => {
      const parts = new Set(imageIds.flatMap((imageId) => partsOf.get(imageId) ?? []));
      const splits = new Set([...parts].map((part) => part.split(' ')[0]));
      return parts.size > splits.size;
    }),
  );
}

function hasTwoClasses(images: readonly StackImage[]): boolean {
  return new Set(images.flatMap(({ classId }) => classId ?? [])).size > 1;
}

function readStackImages(db: Database, imageIds: readonly number[]): StackImage[] {
  return db
    .prepare<[string], StackImage>(
      `SELECT i.image_id AS imageId, i.sha256, i.path, i.width, i.height, l.class_id AS classId
       FROM images i LEFT JOIN labels l USING (image_id) WHERE i.image_id IN (SELECT value FROM json_each(?))
       ORDER BY l.class_id IS NULL, i.width * i.height DESC, i.sharpness DESC, i.image_id`,
    )
    .all(JSON.stringify(imageIds));
}
