import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { exists, readNote, writeNote } from './files.mjs';
import { MODULES, nodeForCore, ROOT } from './locations.mjs';
import { during } from './progress.mjs';
import { runOrThrow } from './runCommand.mjs';

/** Everything that is bundled; the core is not, Node runs its sources. */
const SOURCES = [
  ...['src/renderer', 'src/preload', 'src/page', 'src/shared', 'src/main/electron', 'src/main/host'],
  ...['electron.vite.config.ts', 'svelte.config.js', 'scripts/buildPage.mjs', 'package-lock.json'],
];
const RESULTS = [
  'out/main/index.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/page/index.html',
];

/** Whether the bundles are those of the present sources. */
export async function hasBuild() {
  const note = await readNote('build');
  if (note === null) return false;
  for (const file of RESULTS) if (!(await exists(path.join(ROOT, file)))) return false;
  return note.sources === (await hashSources());
}

/**
 * Bundles the shell, its pages and the page that exported models are served with. Throws with the bundler's
 * message when the sources cannot be built.
 * @returns {Promise<import('./outcome.mjs').Outcome>}
 */
export async function ensureBuild() {
  const part = 'build';
  if (await hasBuild()) return { part, state: 'ready' };
  const sources = await hashSources();
  const bundler = path.join(MODULES, 'electron-vite', 'bin', 'electron-vite.js');
  const options = { cwd: ROOT, timeoutMs: 10 * 60_000, env: { NODE_ENV: 'production' } };
  await during('Building the studio', async () => {
    await runOrThrow(nodeForCore(), [bundler, 'build', '--logLevel', 'warn'], options);
    await runOrThrow(nodeForCore(), [path.join(ROOT, 'scripts', 'buildPage.mjs')], options);
  });
  await writeNote('build', { sources });
  return { part, state: 'done', what: 'the studio is built' };
}

async function hashSources() {
  const hash = createHash('sha256');
  for (const source of SOURCES) await hashInto(hash, source);
  return hash.digest('hex');
}

/** @param {import('node:crypto').Hash} hash @param {string} relative */
async function hashInto(hash, relative) {
  const entries = await readdir(path.join(ROOT, relative), { withFileTypes: true }).catch(() => null);
  if (entries === null) {
    const data = await readFile(path.join(ROOT, relative)).catch(() => null);
    hash.update(`${relative}\0${data?.length ?? -1}\0`);
    if (data !== null) hash.update(data);
    return;
  }
  for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1)))
    await hashInto(hash, `${relative}/${name}`);
}
