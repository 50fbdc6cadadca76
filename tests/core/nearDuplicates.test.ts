import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashPicture } from '../../src/main/core/images/perceptualHash.ts';
import { HashIndex, MAX_DISTANCE } from '../../src/main/core/nearDuplicates/hashIndex.ts';
import { drawSplit } from '../../src/main/core/evaluation/split.ts';
import {
  DEFAULT_SPLIT,
  ensureSplit,
  readLabelledImages,
  readSplitMembers,
  saveSplitMembers,
} from '../../src/main/core/training/trainingSet.ts';
import { readSplitUnits } from '../../src/main/core/training/splitUnits.ts';
import { addFeatures } from '../support/addFeatures.ts';
import { addImages } from '../support/addImages.ts';
import { drawClassFolders, drawPicture, openRaw } from '../support/drawImages.ts';
import { importFolder } from '../support/importFolder.ts';
import { makeStudio, read, resultOf, type TestStudio } from '../support/studio.ts';

async function search({ studio, api }: TestStudio): Promise<{ images: number; pairs: number }> {
  const { jobId } = await read(api['near-duplicates'].search.$post());
  return resultOf(studio, jobId);
}

const stacksAt = ({ api }: TestStudio, least: number, onlyConflicts = false) =>
  read(
    api['near-duplicates'].$get({
      query: { least: String(least), ...(onlyConflicts ? { onlyConflicts: '1' as const } : {}) },
    }),
  );

/** Pictures of two classes, one of them also smaller as JPEG, mirrored, turned and darker, and one filed twice. */
async function importCopies(test: TestStudio): Promise<void> {
  const folder = path.join(test.folder, 'pictures');
  await drawClassFolders(folder, { A: 6, B: 6 }, 120);
  const rgb = drawPicture(7777, 120, 120, 2);
  const original = openRaw(rgb, 120, 120);
  await mkdir(path.join(folder, 'B'), { recursive: true });
  const copies = {
    'A/original.png': original.clone().png(),
    'A/small.jpg': original.clone().resize(80, 80).jpeg({ quality: 70 }),
    'A/mirrored.png': original.clone().flop().png(),
    'B/turned.png': original.clone().rotate(90).png(),
    'B/darker.png': original.clone().linear(0.85, 0).png(),
  };
  for (const [name, picture] of Object.entries(copies)) {
    await writeFile(path.join(folder, name), await picture.toBuffer());
  }
  await importFolder(test, folder);
}

describe('the perceptual hash', () => {
  it('of a turned or mirrored picture is one of the eight of the picture', async () => {
    const upright = hashPicture(drawPicture(5, 96, 96), 96, 96);
    const variants = new Map<string, Uint8Array>();
    for (const turn of [0, 90, 180, 270]) {
      for (const isMirrored of [false, true]) {
        const picture = openRaw(drawPicture(5, 96, 96), 96, 96).rotate(turn);
        const { data } = await (isMirrored ? openRaw(await picture.raw().toBuffer(), 96, 96).flop() : picture)
          .raw()
          .toBuffer({ resolveWithObject: true });
        variants.set(`${turn} ${isMirrored}`, hashPicture(data, 96, 96));
      }
    }
    const index = new HashIndex([upright, ...variants.values()]);
    expect([...index.findNear(0).keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (let other = 1; other <= 8; other += 1) expect(index.distance(0, other)).toBeLessThanOrEqual(4);
  });

  it('of a picture without content is empty', () => {
    expect(hashPicture(new Uint8Array(30 * 30 * 3).fill(200), 30, 30)).toHaveLength(0);
  });

  it('is found by the index exactly where comparing every pair finds it', () => {
    // Hashes that differ in few bits are rare among random ones, so some are changed copies of others.
    const hash = fc.uint8Array({ minLength: 64, maxLength: 64 });
    const changed = fc.tuple(hash, fc.array(fc.nat({ max: 63 }), { maxLength: 16 })).map(([base, bits]) => {
      const copy = Uint8Array.from(base);
      for (const bit of bits) copy[bit >> 3]! ^= 1 << (bit & 7);
      return [base, copy];
    });
    fc.assert(
      fc.property(fc.array(changed, { minLength: 1, maxLength: 6 }), (pairs) => {
        const hashes = pairs.flat();
        const index = new HashIndex(hashes);
        for (let low = 0; low < hashes.length; low += 1) {
          const near = index.findNear(low);
          for (let high = low + 1; high < hashes.length; high += 1) {
            const distance = index.distance(low, high);
            expect(near.get(high)).toBe(distance <= MAX_DISTANCE ? distance : undefined);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('near duplicates', () => {
  it('are copies in another size, quality, brightness and orientation, and nothing else; labels that differ are told', async () => {
    const test = await makeStudio();
    await importCopies(test);
    expect(await search(test)).toMatchObject({ images: 17 });
    const page = await stacksAt(test, 0.84);
    expect(page.stacks).toHaveLength(1);
    const names = page.stacks[0]!.images.map((image) => path.posix.basename(image.path)).sort();
    expect(names).toEqual(['darker.png', 'mirrored.png', 'original.png', 'small.jpg', 'turned.png']);
    expect(page).toMatchObject({ stackCount: 1, imageCount: 5, conflictCount: 1 });
    expect(page.stacks[0]!.isConflict).toBe(true);
    expect(page.search).toMatchObject({ images: 17, newer: 0 });
    // The smallest is the last that would be kept.
    expect(page.stacks[0]!.images.at(-1)!.path).toBe('A/small.jpg');
    expect((await stacksAt(test, 0.84, true)).stacks).toHaveLength(1);
    const narrowed = await read(test.api.images.list.$get({ query: { nearDuplicates: '1' } }));
    expect(narrowed.imageIds).toHaveLength(5);
    const { facets } = await read(test.api.images.facets.$get({ query: {} }));
    expect(Object.fromEntries(facets.nearDuplicates)).toEqual({ 0: 12, 1: 5 });
  });

  it('leave the list by keeping one, keeping all or keeping them together, and come back when that is undone', async () => {
    const test = await makeStudio();
    await importCopies(test);
    await search(test);
    const { db } = test.studio.requireLibrary();
    const imageIds = (await stacksAt(test, 0.84)).stacks[0]!.images.map((image) => image.imageId);
    const excluded = () => db.prepare<[], number>('SELECT count(*) FROM excluded_images').pluck().get();
    for (const decision of ['keep-first', 'keep-all', 'keep-together'] as const) {
      const { stacks } = await read(
        test.api['near-duplicates']['settle-all'].$post({ json: { decision, least: 0.84 } }),
      );
      expect(stacks).toEqual([imageIds]);
      expect((await stacksAt(test, 0.84)).stackCount).toBe(0);
      expect(excluded()).toBe(decision === 'keep-first' ? 4 : 0);
      const bundles = new Set(imageIds.map((id) => readSplitUnits(db).get(id)?.join()));
      expect(bundles).toEqual(new Set(decision === 'keep-together' ? ['b:1'] : [undefined]));
      await read(test.api['near-duplicates'].reopen.$post({ json: { decision, stacks } }));
      expect((await stacksAt(test, 0.84)).stacks[0]!.images.map((image) => image.imageId)).toEqual(imageIds);
    }
    // Two stacks that share an image become one bundle.
    await read(
      test.api['near-duplicates'].settle.$post({
        json: { decision: 'keep-together', imageIds: imageIds.slice(0, 2) },
      }),
    );
    await read(
      test.api['near-duplicates'].settle.$post({
        json: { decision: 'keep-together', imageIds: imageIds.slice(1, 4) },
      }),
    );
    const units = readSplitUnits(db);
    expect(new Set(imageIds.slice(0, 4).map((id) => units.get(id)!.join())).size).toBe(1);
    expect(units.has(imageIds[4]!)).toBe(false);
  });

  it('that a split parts are told, and held together by one press: the split then keeps one side of them', async () => {
    const test = await makeStudio();
    await importCopies(test);
    await search(test);
    const { db } = test.studio.requireLibrary();
    const imageIds = (await stacksAt(test, 0.84)).stacks[0]!.images.map((image) => image.imageId);
    expect(await stacksAt(test, 0.84)).toMatchObject({ splitCount: 0 });
    const splitId = ensureSplit(db, DEFAULT_SPLIT);
    const placed = imageIds.map((imageId, at) => ({
      imageId,
      part: at < 3 ? ('train' as const) : ('test' as const),
    }));
    await saveSplitMembers(db, splitId, placed, []);
    const page = await stacksAt(test, 0.84);
    expect(page).toMatchObject({ splitCount: 1, stacks: [{ isSplit: true }] });
    await read(
      test.api['near-duplicates']['settle-all'].$post({
        json: { decision: 'keep-together', least: 0.84, onlySplit: true },
      }),
    );
    const { assignments, excluded } = drawSplit({
      images: readLabelledImages(db).map(({ imageId, units }) => ({ imageId, classIndex: 0, units })),
      ...DEFAULT_SPLIT,
      existing: readSplitMembers(db, splitId),
    });
    const parts = imageIds.flatMap((imageId) => assignments.get(imageId) ?? []);
    expect(new Set(parts)).toEqual(new Set(['train']));
    expect(excluded).toEqual(imageIds.slice(3).sort((a, b) => a - b));
  });

  it('measure what an older version did not, and say how many images came in since', async () => {
    const test = await makeStudio();
    await importCopies(test);
    const { db } = test.studio.requireLibrary();
    const columns = 'background, tissue, overexposed, underexposed, hex(perceptual_hash), flags';
    const dump = () => db.prepare(`SELECT image_id, ${columns} FROM images ORDER BY image_id`).all();
    const before = dump();
    db.exec(`UPDATE images SET background = NULL, tissue = NULL, overexposed = NULL, underexposed = NULL,
      perceptual_hash = NULL`);
    await search(test);
    expect(dump()).toEqual(before);
    addImages(test, 3);
    expect((await stacksAt(test, 0.84)).search).toMatchObject({ newer: 3 });
  });

  it('are found by their features where the hashes are too far apart, unless these contradict', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 4);
    const { db } = test.studio.requireLibrary();
    const flip = (first: number, bits: number): Buffer => {
      // The same in all orientations, so that no other one is nearer.
      const hash = Buffer.from(
        Array.from({ length: 8 }, () => [0xf0, 0x0f, 0x55, 0xaa, 0x3c, 0xc3, 0x99, 0x66]).flat(),
      );
      for (let bit = first; bit < first + bits; bit += 1) {
        for (let from = 0; from < 64; from += 8) hash[from + (bit & 7)]! ^= 1 << (bit >> 3);
      }
      return hash;
    };
    const set = db.prepare('UPDATE images SET perceptual_hash = ?, background = 0 WHERE image_id = ?');
    const flips = [[0, 0], [0, 14], [20, 30], [0, 0]] as const; // prettier-ignore
    for (const [at, [first, bits]] of flips.entries()) set.run(flip(first, bits), ids[at]);
    // The fourth has the hash of the first and features that say otherwise.
    const features = Float32Array.from([1, 0, 0.99, 0.1, 1, 0.01, 0, 1]);
    await addFeatures(test.studio.requireLibrary(), ids, features, 2);
    await search(test);
    const { stacks } = await stacksAt(test, 0.84);
    expect(stacks.map(({ images }) => images.map(({ imageId }) => imageId))).toEqual([[ids[0], ids[1]]]);
  });
});

describe('one content filed under two classes', () => {
  it('is listed with its files until a reader labels it', async () => {
    const test = await makeStudio();
    const folder = path.join(test.folder, 'pictures');
    await drawClassFolders(folder, { Tumour: 3, Stroma: 3 });
    const bytes = await openRaw(drawPicture(9, 40, 40), 40, 40)
      .png()
      .toBuffer();
    for (const name of ['Tumour', 'Stroma']) await writeFile(path.join(folder, name, 'same.png'), bytes);
    await importFolder(test, folder);
    const list = async () => (await read(test.api['filed-conflicts'].$get())).conflicts;
    const [conflict] = await list();
    expect(conflict).toMatchObject({ classId: null });
    expect(conflict!.files.map(({ path: file, className }) => [file, className])).toEqual([
      ['Stroma/same.png', 'Stroma'],
      ['Tumour/same.png', 'Tumour'],
    ]);
    const classId = conflict!.files[0]!.classId!;
    await read(test.api.labels.$post({ json: { imageIds: [conflict!.imageId], classId } }));
    expect(await list()).toMatchObject([{ imageId: conflict!.imageId, classId }]);
  });
});
