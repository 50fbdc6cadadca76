import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const engine = path.join(repository, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist');

/** Single-threaded engines: the threaded one needs headers that not every server sends. */
const ENGINE_FILES = ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm'];

/**
 * Builds the page that an exported model is served with into `out/page`: index.html, its script and style, and
 * the WebAssembly engine. Returns the folder.
 * @param {string} [folder]
 */
export async function buildPage(folder = path.join(repository, 'out', 'page')) {
  await build({
    configFile: false,
    root: path.join(repository, 'src', 'page'),
    base: './',
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2_000,
    },
  });
  await mkdir(path.join(folder, 'wasm'), { recursive: true });
  for (const file of ENGINE_FILES) await copyFile(path.join(engine, file), path.join(folder, 'wasm', file));
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = await buildPage();
  console.error(`The exported page is built: ${path.relative(process.cwd(), folder)}`);
}
