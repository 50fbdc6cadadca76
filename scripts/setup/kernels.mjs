import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { exists, readNote, writeNote } from './files.mjs';
import { MODULES, nodeForCore, ROOT } from './locations.mjs';
import { during } from './progress.mjs';
import { runOrThrow } from './runCommand.mjs';

/** What the core computes maps with, written in AssemblyScript. */
const SOURCE = path.join('src', 'main', 'core', 'map', 'wasm');
const RESULT = path.join('out', 'kernels', 'map.wasm');
const OPTIONS = [
  ...['-O3', '--runtime', 'stub', '--noAssert', '--importMemory', '--sharedMemory'],
  ...['--initialMemory', '16', '--maximumMemory', '65536', '--enable', 'simd,threads,relaxed-simd'],
];

/** Whether the compiled kernels are those of the present sources. */
export async function hasKernels() {
  const note = await readNote('kernels');
  return note !== null && (await exists(path.join(ROOT, RESULT))) && note.sources === (await hashSources());
}

/**
 * Compiles the kernels of the map to WebAssembly, which takes about two seconds. Throws with the compiler's message.
 * @returns {Promise<import('./outcome.mjs').Outcome>}
 */
export async function ensureKernels() {
  const part = 'kernels';
  if (await hasKernels()) return { part, state: 'ready' };
  const sources = await hashSources();
  const compiler = path.join(MODULES, 'assemblyscript', 'bin', 'asc.js');
  const target = path.join(ROOT, RESULT);
  // Under a name of its own first: another process may be compiling, or reading, the same file.
  const own = path.join('out', 'kernels', `map.${process.pid}.wasm`);
  await mkdir(path.dirname(target), { recursive: true });
  await during('Compiling the map', () =>
    runOrThrow(nodeForCore(), [compiler, path.join(SOURCE, 'index.ts'), ...OPTIONS, '--outFile', own], {
      cwd: ROOT,
      timeoutMs: 120_000,
    }),
  );
  await rename(path.join(ROOT, own), target);
  await writeNote('kernels', { sources });
  return { part, state: 'done', what: 'the map is compiled' };
}

async function hashSources() {
  const hash = createHash('sha256').update(OPTIONS.join(' '));
  hash.update(await readFile(path.join(MODULES, 'assemblyscript', 'package.json')).catch(() => ''));
  for (const name of (await readdir(path.join(ROOT, SOURCE))).sort()) {
    hash.update(`${name}\0`).update(await readFile(path.join(ROOT, SOURCE, name)));
  }
  return hash.digest('hex');
}
