import { cp, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultBackbone, findBackbone, listBackbones } from '../../src/main/core/features/backbones.ts';
import { openExtractor } from '../../src/main/core/features/extractor.ts';
import { featureKeyOf, prepareGraph } from '../../src/main/core/features/prepareGraph.ts';
import { DECODER_VERSION } from '../../src/main/core/images/decoderVersion.ts';
import { drawBackbone } from '../support/drawBackbone.ts';
import { sharedModels } from '../support/shared.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

describe('backbones', () => {
  let named = '';
  let cache = '';
  beforeEach(async () => {
    const folder = await makeTemporaryFolder();
    named = path.join(folder, 'named');
    cache = path.join(folder, 'cache');
    await mkdir(named);
    vi.stubEnv('FOVEA_BACKBONES', named);
    vi.stubEnv('FOVEA_CACHE', cache);
    return () => vi.unstubAllEnvs();
  });
  /** Puts a real backbone where the studio looks, by link, or by copy when it will be changed. */
  const provide = async (name: string, into = named): Promise<string> => {
    await mkdir(into, { recursive: true });
    const target = path.join(into, name);
    await symlink(path.join(sharedModels ?? '', name), target, 'dir');
    return target;
  };
  const provideCopy = async (name: string): Promise<string> => {
    await cp(path.join(sharedModels ?? '', name), path.join(named, name), { recursive: true });
    return path.join(named, name);
  };

  it('that are nowhere are named as missing, with what to do', async () => {
    const findings = await listBackbones();
    expect(findings.map(({ backbone, width, found }) => [backbone, width, found])).toEqual([
      ['mobilenet_v1', 1, false],
      ['mobilenet_v2', 1, false],
    ]);
    expect(findings.every((finding) => finding.todo.includes('FOVEA_BACKBONES'))).toBe(true);
    await expect(findBackbone('mobilenet_v2', 1)).rejects.toMatchObject({ code: 'not_found' });
    expect(await defaultBackbone()).toBeNull();
  });

  it('that are another network under a known name are refused', async () => {
    await drawBackbone(path.join(named, 'mobilenet_v2_1.0_224'), 96, 'two files');
    const finding = (await listBackbones()).find(({ backbone }) => backbone === 'mobilenet_v2');
    expect(finding).toMatchObject({ found: false, why: expect.stringContaining('known answers') as string });
    await expect(findBackbone('mobilenet_v2', 1)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('of a width without a known answer are refused, and it is said so', async () => {
    await drawBackbone(path.join(named, 'mobilenet_v2_0.75_224'), 96, 'two files');
    await expect(findBackbone('mobilenet_v2', 0.75)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('No known answer') as string,
    });
  });

  it('make graphs only of the sides that the network allows', async () => {
    for (const resolution of [64, 100, 256, 160.5]) {
      const spec = { backbone: 'mobilenet_v2', width: 1, resolution } as const;
      await expect(prepareGraph(spec)).rejects.toMatchObject({ code: 'invalid' });
    }
  });

  it('have a feature key of everything that changes features', () => {
    const key = featureKeyOf({ backbone: 'mobilenet_v2', width: 0.35, resolution: 96 });
    expect(key).toBe(`mobilenet_v2-0.35-96-${DECODER_VERSION}`);
  });

  describe.skipIf(sharedModels === null)('with real weights', () => {
    it('are accepted by their known answers, also with folded batch norm', async () => {
      for (const name of [
        'mobilenet_v1_0.25_224',
        'mobilenet_v1_1.0_224',
        'mobilenet_v2_0.35_224',
        'mobilenet_v2_1.0_224',
      ]) {
        await provide(name);
      }
      const findings = await listBackbones();
      expect(findings).toHaveLength(4);
      for (const finding of findings) expect(finding).toMatchObject({ found: true, todo: '' });
      expect(await defaultBackbone()).toEqual({ backbone: 'mobilenet_v2', width: 1, why: null });
      expect((await findBackbone('mobilenet_v2', 1)).dims).toBe(1280);
    });

    it('V1 is used when V2 cannot be had, and it is said why', async () => {
      await provide('mobilenet_v1_1.0_224', path.join(cache, 'backbones'));
      const chosen = await defaultBackbone();
      expect(chosen).toMatchObject({ backbone: 'mobilenet_v1', width: 1 });
      expect(chosen?.why).toContain('MobileNetV2 1.0 is not on this machine');
      expect(await findBackbone('mobilenet_v1', 1)).toMatchObject({
        dims: 1024,
        source: 'fetched by the set-up',
      });
    });

    it('are refused when a single weight was altered, even after the right ones were accepted', async () => {
      const folder = await provideCopy('mobilenet_v1_0.25_224');
      await findBackbone('mobilenet_v1', 0.25);
      const weights = await readFile(path.join(folder, 'weights.bin'));
      weights.writeFloatLE(weights.readFloatLE(4 * 100) + 0.5, 4 * 100);
      await writeFile(path.join(folder, 'weights.bin'), weights);
      await expect(findBackbone('mobilenet_v1', 0.25)).rejects.toMatchObject({ code: 'corrupt' });
    });

    it('of the next source are used when those of the first are damaged', async () => {
      const damaged = await provideCopy('mobilenet_v1_0.25_224');
      await truncate(path.join(damaged, 'weights.bin'), 1000);
      await expect(findBackbone('mobilenet_v1', 0.25)).rejects.toMatchObject({ code: 'corrupt' });
      await provide('mobilenet_v1_0.25_224', path.join(cache, 'backbones'));
      expect((await findBackbone('mobilenet_v1', 0.25)).source).toBe('fetched by the set-up');
    });

    it('become a graph once; a damaged graph is written anew', async () => {
      await provide('mobilenet_v1_0.25_224');
      const spec = { backbone: 'mobilenet_v1', width: 0.25, resolution: 96 } as const;
      const first = await prepareGraph(spec);
      const written = await readFile(first.graphPath);
      await truncate(first.graphPath, 5000);
      await expect(openExtractor(first)).rejects.toMatchObject({ code: 'corrupt' });
      const second = await prepareGraph(spec);
      expect(second).toEqual(first);
      expect((await readFile(second.graphPath)).equals(written)).toBe(true);
      await rm(path.join(cache, 'graphs'), { recursive: true });
      await prepareGraph(spec);
      expect((await readFile(second.graphPath)).equals(written)).toBe(true);
      const extractor = await openExtractor(second);
      await expect(extractor.extract(new Uint8Array(10), 1)).rejects.toMatchObject({ code: 'invalid' });
      expect(await extractor.extract(new Uint8Array(96 * 96 * 3), 1)).toHaveLength(256);
      await extractor.close();
    });
  });
});
