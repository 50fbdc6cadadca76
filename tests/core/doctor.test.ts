import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diagnose, examineNode, judge } from '../../src/main/core/doctor/diagnose.ts';
import { examine } from '../../src/main/core/doctor/examine.ts';
import { examineElectron } from '../../src/main/core/doctor/examineElectron.ts';
import type { BackboneFinding, Finding } from '../../src/shared/doctor.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const row = (name: string, found: boolean): Finding => ({ name, version: null, found, why: 'w', todo: '' });
const backbone = (width: number, found: boolean, source: string): BackboneFinding => ({
  ...row('MobileNetV1', found),
  backbone: 'mobilenet_v1',
  width,
  source,
});

describe('the doctor', () => {
  it('finds what this machine runs on, each by a known answer', async () => {
    const { engines, backbones, ok } = await diagnose();
    expect(engines.map(({ name }) => name)).toEqual([
      ...['node', 'better-sqlite3', 'sharp', 'onnxruntime-node'],
      ...['tfjs-node-gpu', 'tfjs-node', 'wasm', 'electron'],
    ]);
    const needed = engines.filter(({ name }) => !['tfjs-node-gpu', 'tfjs-node', 'electron'].includes(name));
    for (const finding of needed) {
      expect(finding, finding.name).toMatchObject({ found: true, todo: '' });
      expect(finding.version, finding.name).toMatch(/^\d+\.\d+\.\d+/);
    }
    for (const { why } of [...engines, ...backbones]) expect(why).not.toBe('');
    const pairs = backbones.map((each) => `${each.backbone} ${each.width}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(ok).toBe(backbones.some(({ found }) => found));
  });

  it('says that a library crashed, and lives on', async () => {
    const folder = await makeTemporaryFolder();
    const file = path.join(folder, 'crash.mjs');
    await writeFile(file, `process.on('message', () => process.kill(process.pid, 'SIGSEGV'));`);
    const finding = await examine('crasher', 'Get another.', pathToFileURL(file), (worker) =>
      worker.call('x', null),
    );
    expect(finding).toMatchObject({ name: 'crasher', version: null, found: false, todo: 'Get another.' });
    expect(finding.why).toContain('SIGSEGV');
  });

  it('lets the main job run with one way to train and one backbone, and without the window', () => {
    const needed = [row('node', true), row('sharp', true)];
    const electron = row('electron', false);
    const found = backbone(1, true, 'here');
    expect(judge(needed, [row('gpu', false), row('wasm', true)], electron, [found]).ok).toBe(true);
    expect(judge(needed, [row('gpu', false), row('wasm', false)], electron, [found]).ok).toBe(false);
    expect(judge(needed, [row('wasm', true)], electron, [backbone(1, false, 'here')]).ok).toBe(false);
    expect(judge([row('sharp', false)], [row('wasm', true)], electron, [found]).ok).toBe(false);
  });

  it('shows the copy of a backbone that is used, once', () => {
    const copies = [backbone(1, false, 'damaged'), backbone(1, true, 'used'), backbone(1, true, 'unused')];
    const { backbones } = judge([], [], row('electron', true), copies);
    expect(backbones.map(({ source }) => source)).toEqual(['used']);
  });

  it('wants the Node that the studio is tested with, and refuses one that cannot run it', () => {
    expect(examineNode('24.21.0')).toMatchObject({ found: true, todo: '' });
    expect(examineNode('22.18.0').found).toBe(true);
    expect(examineNode('22.18.0').todo).not.toBe('');
    expect(examineNode('22.17.9').found).toBe(false);
    expect(examineNode('20.20.2').found).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('tells a window that starts from one that does not', async () => {
    const root = await makeTemporaryFolder();
    expect(await examineElectron(root)).toMatchObject({ found: false, version: null });
    const executable = path.join(root, 'electron');
    const note = { executable, version: '33.2.1', pinned: '45.4.1', source: 'registry' };
    await mkdir(path.join(root, 'node_modules'));
    await writeFile(path.join(root, 'node_modules', '.fovea-electron.json'), JSON.stringify(note));
    expect(await examineElectron(root)).toMatchObject({ found: false, version: '33.2.1' });
    await writeFile(executable, '#!/bin/sh\nprintf 33.2.1\n');
    await chmod(executable, 0o755);
    const older = await examineElectron(root);
    expect(older.found).toBe(true);
    expect(older.why).toContain('45.4.1');
    await writeFile(executable, '#!/bin/sh\nexit 127\n');
    expect((await examineElectron(root)).found).toBe(false);
  });
});
