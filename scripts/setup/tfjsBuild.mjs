import { rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fetchWheel } from './download.mjs';
import { exists } from './files.mjs';
import { MODULES, nodeForCore, nodeHeaders } from './locations.mjs';
import { CUDA_LIBRARIES, TENSORFLOW_CPU, TENSORFLOW_GPU } from './pins.mjs';
import { during } from './progress.mjs';
import { unzip } from './readZip.mjs';
import { runCommand, runOrThrow } from './runCommand.mjs';
import { ensureSystem } from './systemLibraries.mjs';

/** Where tfjs-node's own install script fetches libtensorflow and its binding. */
export const TFJS_PUBLISHER = process.env.TFJS_NODE_CDN_STORAGE || 'https://storage.googleapis.com/';
const MINUTE = 60_000;
/** The folders of TensorFlow's headers that the binding includes, directly or not. */
const HEADERS = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/c/', 'tsl/platform/'];
/** Names by which the linker asks for the libraries; the finished binding asks for their own names. */
const LINKER_NAMES = {
  'libtensorflow.so': 'libtensorflow_cc.so.2',
  'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
};

/**
 * Runs the package's own install script in a copy of the package. Throws when it fails.
 * @param {string} staged
 * @param {'cpu' | 'gpu'} kind
 */
export async function installFromPublisher(staged, kind) {
  const tools = [path.join(MODULES, '.bin'), path.dirname(nodeForCore())];
  const args = ['scripts/install.js', ...(kind === 'gpu' ? ['gpu', 'download'] : [])];
  await during(`Installing tfjs-node (${kind}) from its publisher`, () =>
    runOrThrow(nodeForCore(), args, {
      cwd: staged,
      env: { PATH: [...tools, process.env.PATH ?? ''].join(path.delimiter) },
      timeoutMs: 15 * MINUTE,
    }),
  );
  if (!(await exists(path.join(staged, 'lib')))) throw new Error('its install script left nothing');
}

/**
 * Builds the binding in a copy of the package against the libtensorflow that a Python wheel contains
 * (Linux x64). Throws with the compiler's last words when it fails.
 * @param {string} staged
 * @param {'cpu' | 'gpu'} kind
 */
export async function buildAgainstWheel(staged, kind) {
  const compiler = await ensureSystem(['compiler'], '');
  if (compiler.state === 'missing') throw new Error(compiler.what);
  const headers = nodeHeaders();
  if (headers === null) throw new Error("Node's headers were not found");
  const wheel = await fetchWheel(kind === 'gpu' ? TENSORFLOW_GPU : TENSORFLOW_CPU);
  const deps = path.join(staged, 'deps');
  await during('Unpacking libtensorflow', () => unzip(wheel, deps, placeOfTensorflow));
  if (kind === 'gpu') {
    for (const pin of CUDA_LIBRARIES) await unzip(await fetchWheel(pin), deps, placeOfCuda);
  }
  for (const [name, target] of Object.entries(LINKER_NAMES)) {
    await symlink(target, path.join(deps, 'lib', name));
  }
  const target = path.join(staged, 'lib', 'napi-v8');
  const gyp = path.join(MODULES, 'node-gyp', 'bin', 'node-gyp.js');
  const options = {
    nodedir: headers,
    module: path.join(target, 'tfjs_binding.node'),
    module_name: 'tfjs_binding',
    module_path: target,
    napi_version: '8',
    napi_build_version: '8',
    node_napi_label: 'napi-v8',
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  await during('Building the TensorFlow binding', () =>
    runOrThrow(nodeForCore(), [gyp, 'configure', 'build', '--jobs=2', ...flags], {
      cwd: staged,
      timeoutMs: 10 * MINUTE,
    }),
  );
  await removeWhatOnlyTheBuildNeeds(staged);
}

/** @param {string} staged */
async function removeWhatOnlyTheBuildNeeds(staged) {
  const deps = path.join(staged, 'deps');
  await rm(path.join(staged, 'build'), { recursive: true, force: true });
  await rm(path.join(deps, 'include'), { recursive: true, force: true });
  for (const name of Object.keys(LINKER_NAMES)) await rm(path.join(deps, 'lib', name), { force: true });
  // The symbol table is a quarter of the library and serves only debuggers; without `strip` it stays.
  await runCommand('strip', ['--strip-unneeded', path.join(deps, 'lib', 'libtensorflow_cc.so.2')]);
}

/** @param {string} name */
export function placeOfTensorflow(name) {
  if (/^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/.test(name))
    return `lib/${path.posix.basename(name)}`;
  const header = name.startsWith('tensorflow/include/') ? name.slice('tensorflow/include/'.length) : null;
  if (header !== null && HEADERS.some((folder) => header.startsWith(folder))) return `include/${header}`;
  return null;
}

/**
 * libtensorflow looks for CUDA beside its own folder (`../nvidia/…/lib`, its RUNPATH).
 * @param {string} name
 */
export function placeOfCuda(name) {
  return /^nvidia\/[^/]+\/lib\/[^/]+\.so[.\d]*$/.test(name) ? name : null;
}
