import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernels } from '../../../scripts/setup/kernels.mjs';
import { findDenseParts } from '../../../src/main/core/map/densityPeaks.ts';
import { measureSilhouettes } from '../../../src/main/core/map/silhouettes.ts';
import { createRandom } from '../../../src/main/core/math/random.ts';
import { addFeatures } from '../../support/addFeatures.ts';
import { addImages } from '../../support/addImages.ts';
import { drawPoints } from '../../support/drawPoints.ts';
import { runFovea } from '../../support/runFovea.ts';
import { makeStudio, read, resultOf, type TestStudio } from '../../support/studio.ts';

const known = JSON.parse(readFileSync(new URL('../../fixtures/map.json', import.meta.url), 'utf8')) as {
  readonly dims: number;
  readonly points: number[];
  readonly clusters: number[];
  readonly silhouettes: number[];
};

beforeAll(async () => {
  await ensureKernels();
});

/** `sizes` normal clouds on a circle of radius `apart`, one after the other. */
function drawClouds(sizes: readonly number[], apart: number): { positions: Float32Array; truth: number[] } {
  const random = createRandom(4);
  const truth = sizes.flatMap((size, cloud) => Array<number>(size).fill(cloud));
  const positions = truth.flatMap((cloud) => {
    const angle = (2 * Math.PI * cloud) / sizes.length;
    return [apart * Math.cos(angle) + random.normal(), apart * Math.sin(angle) + random.normal()];
  });
  return { positions: Float32Array.from(positions), truth };
}

describe('dense parts', () => {
  it('are the clouds of a map, the largest first, whatever the granularity up to the middle', () => {
    const { positions, truth } = drawClouds([400, 900, 600, 150], 14);
    for (const granularity of [0, 0.25, 0.5]) {
      const { of, count } = findDenseParts(positions, granularity);
      expect(count).toBe(4);
      const numberOf = [2, 0, 1, 3];
      const right = truth.filter((cloud, i) => of[i] === numberOf[cloud]).length;
      expect(right / truth.length).toBeGreaterThan(0.95);
    }
  });

  it('are more and smaller the finer they are asked for', () => {
    const { positions } = drawClouds([3000, 3000, 3000], 6);
    const counts = [0, 0.5, 1].map((granularity) => findDenseParts(positions, granularity).count);
    expect(counts[0]).toBe(3);
    expect(counts[1]).toBeGreaterThanOrEqual(3);
    expect(counts[2]).toBeGreaterThan(6);
  });

  it('leave out what lies between', () => {
    const { positions } = drawClouds([500, 500], 12);
    const lonely = Float32Array.from([...positions, 0, 0, 0.5, 30]);
    const { of } = findDenseParts(lonely, 0.5);
    expect([...of.slice(-2)]).toEqual([-1, -1]);
  });

  it('are one where all points lie in one place, and none where there are none', () => {
    expect(findDenseParts(new Float32Array(40).fill(3), 0.5)).toEqual({ of: new Int32Array(20), count: 1 });
    expect(findDenseParts(new Float32Array(0), 0.5).count).toBe(0);
  });
});

describe('silhouettes', () => {
  it('are those of scikit-learn', () => {
    const points = Float32Array.from(known.points);
    const found = measureSilhouettes(points, known.dims, Int32Array.from(known.clusters), 3);
    known.silhouettes.forEach((value, cluster) => expect(found[cluster]).toBeCloseTo(value, 5));
  });

  it('tell clusters that hold together from such that do not, and leave out rows of none', () => {
    const points = drawPoints(5_000, 8, 2, 12);
    const own = measureSilhouettes(
      points,
      8,
      Int32Array.from({ length: 5_000 }, (_, i) => i % 2),
      2,
    );
    expect(Math.min(...own)).toBeGreaterThan(0.3);
    const mixed = measureSilhouettes(
      points,
      8,
      Int32Array.from({ length: 5_000 }, (_, i) => (i >> 1) % 2),
      2,
    );
    expect(Math.max(...mixed)).toBeLessThan(0.02);
    const halfOf = Int32Array.from({ length: 5_000 }, (_, i) => (i % 4 < 2 ? i % 2 : -1));
    expect(measureSilhouettes(points, 8, halfOf, 2)[0]).toBeCloseTo(own[0]!, 1);
  });
});

/** 300 images in three clouds, of which 40 of the first and 20 of the second carry labels. */
async function makeClustered(): Promise<
  TestStudio & { imageIds: number[]; classIds: number[]; mapId: number }
> {
  const made = await makeStudio();
  const imageIds = addImages(made, 300);
  await addFeatures(made.studio.requireLibrary(), imageIds, drawPoints(300, 24, 3, 14), 24);
  const classIds: number[] = [];
  for (const name of ['a', 'b'])
    classIds.push((await read(made.api.classes.$post({ json: { name } }))).classId);
  const label = (cloud: number, from: number, to: number, classId: number): Promise<unknown> => {
    const own = imageIds.filter((_, i) => i % 3 === cloud).slice(from, to);
    return read(made.api.labels.$post({ json: { imageIds: own, classId } }));
  };
  await label(0, 0, 40, classIds[0]!);
  await label(1, 0, 15, classIds[1]!);
  await label(1, 15, 20, classIds[0]!);
  const { jobId } = await read(made.api.maps.$post({ json: { iterations: 500 } }));
  const { mapId } = await resultOf<{ mapId: number }>(made.studio, jobId);
  return { ...made, imageIds, classIds, mapId };
}

describe('the clusters of a map', () => {
  it('say what is in them', async () => {
    const { api, mapId, imageIds, classIds } = await makeClustered();
    const param = { mapId: String(mapId) };
    const query = { granularity: '0.2' };
    const found = await read(api.maps[':mapId'].clusters.$get({ param, query }));
    expect(found.clusters).toHaveLength(3);
    expect(found.clusters.reduce((sum, { size }) => sum + size, 0) + found.outliers).toBe(300);
    const answer = await api.maps[':mapId'].clusters.members.$get({ param, query });
    const members = new Int32Array(await answer.arrayBuffer());
    for (const cluster of found.clusters) {
      const own = imageIds.filter((_, i) => members[i] === cluster.cluster);
      expect(own).toHaveLength(cluster.size);
      for (const imageId of [...cluster.typical, ...cluster.odd]) expect(own).toContain(imageId);
      expect(cluster).toMatchObject({ holdsTogether: true, predictions: [] });
      expect(cluster.silhouette).toBeGreaterThan(0.2);
    }
    const of = (cloud: number): (typeof found.clusters)[number] =>
      found.clusters.find(({ typical }) => imageIds.indexOf(typical[0]!) % 3 === cloud)!;
    expect(of(0)).toMatchObject({ purity: 1, classes: [{ classId: classIds[0] }] });
    expect(of(0).labelled).toBeGreaterThan(35);
    expect(of(1).classes.map(({ classId }) => classId)).toEqual([classIds[1], classIds[0]]);
    expect(of(1).purity).toBeGreaterThan(0.6);
    expect(of(1).purity).toBeLessThan(0.9);
    expect(of(2)).toMatchObject({ labelled: 0, purity: null, classes: [] });

    // Labels count anew at once.
    const more = imageIds.filter((_, i) => i % 3 === 2);
    await read(api.labels.$post({ json: { imageIds: more, classId: classIds[1]! } }));
    const after = await read(api.maps[':mapId'].clusters.$get({ param, query }));
    expect(after.clusters[of(2).cluster]!.labelled).toBe(of(2).size);
  });

  it('are refused for a map that is not there or a granularity that is none', async () => {
    const { api } = await makeStudio();
    const get = async (mapId: string, granularity: string): Promise<number> =>
      (await api.maps[':mapId'].clusters.$get({ param: { mapId }, query: { granularity } })).status;
    expect(await get('1', '0.5')).toBe(404);
    expect(await get('1', '1.5')).toBe(422);
    expect(await get('1', 'fine')).toBe(422);
  });
});

describe('fovea map and fovea clusters', () => {
  it('tell what they made as one object', async () => {
    const { studio, library, folder } = await makeClustered();
    await studio.closeLibrary();
    const env = { FOVEA_USER_DATA: folder };
    const run = async (...args: string[]): Promise<Record<string, unknown>> =>
      (await runFovea([...args, '--library', library, '--json'], { env })).json();
    const map = await run('map', '--iterations', '200');
    expect(map).toMatchObject({ points: 300, placed: 0, clusters: 3, batchEffects: [] });
    expect(Object.keys(map['seconds'] as object)).toEqual(['pca', 'neighbours', 'layout']);
    for (const figure of ['kl', 'trustworthiness', 'recall10']) expect(map[figure]).toBeGreaterThan(0);
    expect(await run('map', '--place')).toMatchObject({ mapId: map['mapId'], points: 300, placed: 0 });
    const clusters = await run('clusters', '--granularity', '0.2');
    expect(clusters).toMatchObject({ mapId: map['mapId'], granularity: 0.2 });
    expect(clusters['clusters']).toHaveLength(3);
    const wrong = await runFovea(['clusters', '--granularity', '7', '--library', library, '--json'], { env });
    expect(wrong.code).not.toBe(0);
  });
});
