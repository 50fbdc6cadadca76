import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernels } from '../../../scripts/setup/kernels.mjs';
import { insertFeatureRow } from '../../../src/main/core/features/imageFeatures.ts';
import { fromProblem } from '../../../src/shared/errors.ts';
import type { StudioEvent } from '../../../src/shared/events.ts';
import {
  describeBatchEffect,
  unpackMapPoints,
  type MapPoints,
  type MapSummary,
} from '../../../src/shared/map.ts';
import { addFeatures } from '../../support/addFeatures.ts';
import { addImages } from '../../support/addImages.ts';
import { drawPoints } from '../../support/drawPoints.ts';
import { finishJob, makeStudio, read, resultOf, type TestStudio } from '../../support/studio.ts';

const DIMS = 24;

beforeAll(async () => {
  await ensureKernels();
});

interface Mapped extends TestStudio {
  readonly imageIds: readonly number[];
  readonly features: Float32Array;
  readonly featureKey: string;
}

/** A library of images in three clouds, image i in cloud i % 3; the last `late` have no features yet. */
async function makeMapped(images: number, late = 0, features?: Float32Array): Promise<Mapped> {
  const made = await makeStudio();
  const imageIds = addImages(made, images + late);
  const drawn = features ?? drawPoints(images + late, DIMS, 3, 14);
  const featureKey = await addFeatures(made.studio.requireLibrary(), imageIds.slice(0, images), drawn, DIMS);
  return { ...made, imageIds, features: drawn, featureKey };
}

type MapRequest = Parameters<TestStudio['api']['maps']['$post']>[0]['json'];

async function makeMap({ studio, api }: TestStudio, json: MapRequest = {}): Promise<MapSummary> {
  const { jobId } = await read(api.maps.$post({ json }));
  const { mapId } = await resultOf<{ mapId: number }>(studio, jobId);
  const { maps } = await read(api.maps.$get());
  return maps.find((map) => map.mapId === mapId)!;
}

async function pointsOf({ api }: TestStudio, mapId: number): Promise<MapPoints> {
  const answer = await api.maps[':mapId'].points.$get({ param: { mapId: String(mapId) } });
  if (!answer.ok) throw fromProblem(await answer.json());
  return unpackMapPoints(await answer.arrayBuffer());
}

/** The share of points whose nearest on the map is of the same cloud. */
function shareBesideOwn({ positions }: MapPoints, imageIds: readonly number[]): number {
  let own = 0;
  for (let i = 0; i < imageIds.length; i++) {
    let [best, least] = [-1, Infinity];
    for (let j = 0; j < imageIds.length; j++) {
      const far = Math.hypot(
        positions[2 * i]! - positions[2 * j]!,
        positions[2 * i + 1]! - positions[2 * j + 1]!,
      );
      if (j !== i && far < least) [best, least] = [j, far];
    }
    if (best % 3 === i % 3) own += 1;
  }
  return own / imageIds.length;
}

describe('a map', () => {
  it('is laid out, shown while it grows, kept, measured, and deleted', async () => {
    const library = await makeMapped(300);
    const events: StudioEvent[] = [];
    library.studio.events.subscribe((event) => events.push(event));
    const map = await makeMap(library, { iterations: 2000 });
    expect(map).toMatchObject({ images: 300, placed: 0, unplaced: 0, engine: 'wasm' });
    expect(map.params).toEqual({
      perplexity: 30,
      exaggeration: 12,
      iterations: 2000,
      seed: 1,
      start: 'components',
    });
    expect(map.figures.kl).toBeGreaterThan(0);
    expect(map.figures.trustworthiness).toBeGreaterThan(0.85);
    expect(map.figures.recall10).toBeGreaterThan(0.2);
    expect(map.figures.measuredOn).toBe(300);
    const points = await pointsOf(library, map.mapId);
    expect([...points.imageIds]).toEqual(library.imageIds);
    expect(points.positions.every(Number.isFinite)).toBe(true);
    expect(shareBesideOwn(points, library.imageIds)).toBeGreaterThan(0.98);
    const grown = events.flatMap((event) => (event.type === 'map.grew' ? [event.map] : []));
    expect(grown.length).toBeGreaterThan(1);
    expect(grown[0]).toMatchObject({ images: 300, iterations: 2000 });
    expect(grown.at(-1)).toBeNull();
    expect((await library.api.maps.live.points.$get()).status).toBe(404);

    await read(library.api.maps[':mapId'].$delete({ param: { mapId: String(map.mapId) } }));
    expect(await readdir(path.join(library.library, 'maps'))).toEqual([]);
    await expect(pointsOf(library, map.mapId)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is the same for the same seed, and another for another', async () => {
    const library = await makeMapped(120);
    const first = await makeMap(library, { iterations: 200, start: 'random' });
    const again = await makeMap(library, { iterations: 200, start: 'random' });
    const other = await makeMap(library, { iterations: 200, start: 'random', seed: 2 });
    const positions = (await pointsOf(library, first.mapId)).positions;
    expect((await pointsOf(library, again.mapId)).positions).toEqual(positions);
    expect((await pointsOf(library, other.mapId)).positions).not.toEqual(positions);
  });

  it('goes on from where it was ended, to the same map as without an end', async () => {
    const library = await makeMapped(400);
    const json = { iterations: 3000 };
    const whole = await makeMap(library, json);
    const { jobId } = await read(library.api.maps.$post({ json }));
    await new Promise<void>((resolve) => {
      const end = library.studio.events.subscribe((event) => {
        if (event.type !== 'map.grew' || (event.map?.iteration ?? 0) < 100) return;
        end();
        resolve();
      });
    });
    const live = await read(library.api.maps.live.$get());
    expect(live.map!.iteration).toBeGreaterThanOrEqual(100);
    const growing = unpackMapPoints(await (await library.api.maps.live.points.$get()).arrayBuffer());
    expect(growing.imageIds).toHaveLength(400);
    await read(library.api.jobs[':jobId'].cancel.$post({ param: { jobId: String(jobId) } }));
    expect((await finishJob(library.studio, jobId)).state).toBe('cancelled');
    expect(await read(library.api.maps.live.$get())).toEqual({ map: null });
    expect((await read(library.api.maps.$get())).maps).toHaveLength(1);
    const again = await read(library.api.jobs[':jobId'].again.$post({ param: { jobId: String(jobId) } }));
    const result = await resultOf<{ mapId: number; resumedAt: number }>(library.studio, again.jobId);
    expect(result.resumedAt).toBeGreaterThanOrEqual(100);
    expect((await pointsOf(library, result.mapId)).positions).toEqual(
      (await pointsOf(library, whole.mapId)).positions,
    );
  });

  it('takes images that came later among those like them, and moves nothing', async () => {
    const library = await makeMapped(240, 30);
    const map = await makeMap(library, { iterations: 400 });
    const before = await pointsOf(library, map.mapId);
    const { db } = library.studio.requireLibrary();
    for (let row = 240; row < 270; row++)
      insertFeatureRow(db, library.featureKey, library.imageIds[row]!, row);
    expect((await read(library.api.maps.$get())).maps[0]).toMatchObject({ images: 240, unplaced: 30 });
    const param = { mapId: String(map.mapId) };
    const { jobId } = await read(library.api.maps[':mapId'].place.$post({ param }));
    expect(await resultOf(library.studio, jobId)).toEqual({ mapId: map.mapId, added: 30 });
    expect((await read(library.api.maps.$get())).maps[0]).toMatchObject({
      ...{ images: 270, placed: 30, unplaced: 0 },
    });
    const after = await pointsOf(library, map.mapId);
    expect(after.placed).toBe(30);
    expect([...after.imageIds]).toEqual(library.imageIds);
    expect(after.positions.subarray(0, 480)).toEqual(before.positions);
    expect(shareBesideOwn(after, library.imageIds)).toBeGreaterThan(0.95);
    expect(await readdir(path.join(library.library, 'maps'))).toHaveLength(1);
    const again = await read(library.api.maps[':mapId'].place.$post({ param }));
    expect(await resultOf(library.studio, again.jobId)).toEqual({ mapId: map.mapId, added: 0 });
  });

  it('leaves out what a reader set aside, and says what came while it was made', async () => {
    const library = await makeMapped(100, 1);
    const { db } = library.studio.requireLibrary();
    db.prepare(
      'INSERT INTO excluded_images (image_id, reader_id, at) SELECT ?, reader_id, 0 FROM readers',
    ).run(library.imageIds[0]!);
    const { jobId } = await read(library.api.maps.$post({ json: { iterations: 3000 } }));
    await new Promise<void>((resolve) => {
      const end = library.studio.events.subscribe((event) => {
        if (event.type !== 'map.grew') return;
        end();
        resolve();
      });
    });
    insertFeatureRow(db, library.featureKey, library.imageIds[100]!, 100);
    expect(await resultOf(library.studio, jobId)).toMatchObject({ images: 99, cameLater: 1 });
    expect((await read(library.api.maps.$get())).maps[0]).toMatchObject({ images: 99, unplaced: 1 });
  });
});

describe('batch effects', () => {
  it('are found where a group shows in the features, and not where it does not', async () => {
    const seen = await makeMapped(300);
    const put = (library: Mapped, groupOf: (i: number) => number): void => {
      const update = library.studio
        .requireLibrary()
        .db.prepare('UPDATE files SET group_name = ? WHERE image_id = ?');
      for (const [i, imageId] of library.imageIds.entries()) update.run(`slide ${groupOf(i)}`, imageId);
    };
    put(seen, (i) => i % 3);
    await makeMap(seen, { iterations: 50 });
    const [effect, ...rest] = (await read(seen.api.maps.$get())).batchEffects;
    expect(rest).toEqual([]);
    expect(effect).toMatchObject({ kind: 'group', values: 3, images: 300, warns: true });
    expect(effect!.accuracy).toBeGreaterThan(0.95);
    expect(effect!.chance).toBeCloseTo(1 / 3, 6);
    expect(describeBatchEffect(effect!)).toMatch(
      /^3 groups can be told apart .* \(chance: 33\.3 %\)\. Clusters and models may follow/,
    );

    const unseen = await makeMapped(300);
    put(unseen, (i) => Math.floor(i / 3) % 3);
    await makeMap(unseen, { iterations: 50 });
    const [none] = (await read(unseen.api.maps.$get())).batchEffects;
    expect(none).toMatchObject({ kind: 'group', values: 3, warns: false });
    expect(none!.strength).toBeLessThan(0.15);
  });

  it('do not count what the class of an image gives away', async () => {
    const library = await makeMapped(300);
    const update = library.studio
      .requireLibrary()
      .db.prepare('UPDATE files SET group_name = ? WHERE image_id = ?');
    for (const [k, name] of ['a', 'b', 'c'].entries()) {
      const { classId } = await read(library.api.classes.$post({ json: { name } }));
      const own = library.imageIds.filter((_, i) => i % 3 === k);
      for (const imageId of own) update.run(`slide ${name}`, imageId);
      await read(library.api.labels.$post({ json: { imageIds: own, classId } }));
    }
    await makeMap(library, { iterations: 50 });
    expect((await read(library.api.maps.$get())).batchEffects[0]).toMatchObject({ chance: 1, warns: false });
  });
});

describe('what cannot be mapped', () => {
  const failureOf = async (library: TestStudio): Promise<unknown> => {
    const { jobId } = await read(library.api.maps.$post({ json: {} }));
    return (await finishJob(library.studio, jobId)).problem;
  };

  it('is said: no features, too few images, all alike, numbers that are none', async () => {
    expect(await failureOf(await makeStudio())).toMatchObject({
      code: 'invalid',
      detail: expect.stringMatching(/no image .* has features/i) as string,
    });
    expect(await failureOf(await makeMapped(9))).toMatchObject({
      code: 'invalid',
      detail: 'A map needs at least 10 images, and there are 9.',
    });
    expect(await failureOf(await makeMapped(40, 0, new Float32Array(40 * DIMS).fill(0.3)))).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('the same features') as string,
    });
    const broken = drawPoints(40, DIMS, 2, 5);
    broken[7 * DIMS + 3] = NaN;
    expect(await failureOf(await makeMapped(40, 0, broken))).toMatchObject({
      code: 'corrupt',
      detail: expect.stringContaining('not numbers') as string,
    });
  });

  it('works from ten images on', async () => {
    const map = await makeMap(await makeMapped(10));
    expect(map.images).toBe(10);
    expect(map.figures.kl).toBeGreaterThanOrEqual(0);
  });

  it('is refused where it is asked for wrongly', async () => {
    const library = await makeMapped(20);
    const wrong: MapRequest[] = [
      { perplexity: 0 },
      { perplexity: NaN },
      { iterations: 1.5 },
      { iterations: 1e9 },
      { exaggeration: 0 },
      { seed: -1 },
      { start: 'middle' as 'random' },
    ];
    for (const json of wrong) expect((await library.api.maps.$post({ json })).status).toBe(422);
    expect((await library.api.maps[':mapId'].points.$get({ param: { mapId: '7' } })).status).toBe(404);
    expect((await library.api.maps[':mapId'].place.$post({ param: { mapId: '7' } })).status).toBe(404);
    expect((await library.api.maps[':mapId'].$delete({ param: { mapId: 'x' } })).status).toBe(422);
  });

  it('is told when the file of a map is damaged', async () => {
    const library = await makeMapped(20);
    const map = await makeMap(library, { iterations: 50 });
    const folder = path.join(library.library, 'maps');
    const file = path.join(folder, (await readdir(folder))[0]!);
    const bytes = await readFile(file);
    bytes[bytes.indexOf('}}') + 10]! ^= 1;
    await writeFile(file, bytes);
    await expect(pointsOf(library, map.mapId)).rejects.toMatchObject({ code: 'corrupt' });
    const checked = await read(library.api.library.check.$post());
    expect(checked.problems.filter((each) => each.startsWith('Map '))).toHaveLength(1);
    await writeFile(file, bytes.subarray(0, 100));
    await expect(pointsOf(library, map.mapId)).rejects.toMatchObject({ code: 'corrupt' });
  });
});
