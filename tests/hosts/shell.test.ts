import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOwnDocument, isOwnPage } from '../../src/main/electron/addresses.ts';
import { readImportFolder, readLocalPath, readTitle } from '../../src/main/electron/payloads.ts';
import { readWindowState, writeWindowState } from '../../src/main/electron/windowState.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withTypedArray: true,
  withNullPrototype: true,
});

describe('what the page may send to the shell', () => {
  it('is taken only as a short title or a full local path, whatever else comes', () => {
    fc.assert(
      fc.property(fc.oneof(anything, fc.string({ unit: 'binary' }), fc.webUrl()), (payload) => {
        for (const readPayload of [readTitle, readLocalPath]) {
          try {
            expect(typeof readPayload(payload)).toBe('string');
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
          }
        }
      }),
      { numRuns: 10_000 },
    );
    expect(readTitle('Choose a folder')).toBe('Choose a folder');
    expect(readLocalPath('/a/../b/ü.png')).toBe(path.normalize('/b/ü.png'));
    const refused = [
      '',
      'a.png',
      '../a',
      '//server/share',
      '\\\\server\\share',
      '/a\0b',
      `/${'x'.repeat(5000)}`,
    ];
    for (const each of refused) expect(() => readLocalPath(each), each).toThrow(TypeError);
  });

  it('comes from the page itself, and only reports may stand in frames', () => {
    expect(isOwnPage('fovea://app/index.html#gallery')).toBe(true);
    for (const other of [
      'fovea://app/api/reports/1',
      'fovea://app/index.html/../api/x',
      'fovea://app.evil/index.html',
      'fovea://evil/index.html',
      'https://app/index.html',
      'file:///index.html',
      'about:blank',
      '',
    ]) {
      expect(isOwnPage(other), other).toBe(false);
    }
    expect(isOwnDocument('fovea://app/api/reports/1')).toBe(true);
    expect(isOwnDocument('fovea://app/index.html')).toBe(false);
    expect(isOwnDocument('https://app/api/')).toBe(false);
  });
});

describe('the start of the shell', () => {
  it('takes the folder to import from its arguments', () => {
    const folder = path.resolve('/somewhere');
    expect(readImportFolder(['electron', '.', '--import=pictures'], folder)).toBe(
      path.join(folder, 'pictures'),
    );
    expect(readImportFolder(['electron', '.', `--import=${folder}`], '/else')).toBe(folder);
    expect(readImportFolder(['electron', '.', '--import='], folder)).toBeNull();
    expect(readImportFolder(['electron', 'pictures'], folder)).toBeNull();
  });

  it('puts the window back where it was, unless that is on no screen any more', async () => {
    const file = path.join(await makeTemporaryFolder(), 'window.json');
    const screen = { x: 0, y: 0, width: 1920, height: 1080 };
    const bounds = { x: 1700, y: 20, width: 1200, height: 800 };
    expect(readWindowState(file, [screen])).toEqual({ bounds: null, isMaximized: false });
    await writeWindowState(file, { bounds, isMaximized: true });
    expect(readWindowState(file, [screen])).toEqual({ bounds, isMaximized: true });
    expect(readWindowState(file, [{ ...screen, width: 1280 }]).bounds).toBeNull();
    await writeWindowState(file, { bounds: { ...bounds, x: 1.5 }, isMaximized: false });
    expect(readWindowState(file, [screen]).bounds).toBeNull();
  });
});
