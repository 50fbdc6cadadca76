import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BACKBONE_NAMES, type BackboneName } from '../../../shared/backbones.ts';
import { cacheFolder } from '../files/cacheFolder.ts';

/** A folder that claims, by its name, to hold a backbone. */
export interface BackboneFolder {
  readonly name: BackboneName;
  readonly width: number;
  readonly folder: string;
  /** Where it was found, in words: "folder named by FOVEA_BACKBONES". */
  readonly source: string;
}

/** Where backbones are looked for, in order. The last is what the set-up fills. */
export function listBackboneSources(): { folder: string; source: string }[] {
  const named = process.env['FOVEA_BACKBONES'];
  const resources = fileURLToPath(new URL('../../../../resources/backbones', import.meta.url));
  return [
    ...(named === undefined || named === ''
      ? []
      : [{ folder: path.resolve(named), source: 'folder named by FOVEA_BACKBONES' }]),
    { folder: resources, source: 'packaged with the studio' },
    { folder: downloadedBackbonesFolder(), source: 'fetched by the set-up' },
  ];
}

/** The folder below the user's cache into which the set-up puts backbones. */
export function downloadedBackbonesFolder(): string {
  return path.join(cacheFolder(), 'backbones');
}

/** The folder name of a backbone: `mobilenet_v2_1.0_224` (224 is the side at which it was trained). */
export function backboneFolderName(name: BackboneName, width: number): string {
  return `${name}_${Number.isInteger(width) ? width.toFixed(1) : width}_224`;
}

/** Every folder named like a backbone in any source, in the order in which they are preferred. */
export async function findBackboneFolders(): Promise<BackboneFolder[]> {
  const found: BackboneFolder[] = [];
  for (const { folder, source } of listBackboneSources()) {
    const names = await readdir(folder).catch(() => []);
    for (const entry of names.sort()) {
      const parts = /^(mobilenet_v\d)_(\d\.\d{1,2})_224$/.exec(entry);
      const name = BACKBONE_NAMES.find((each) => each === parts?.[1]);
      if (name === undefined) continue;
      found.push({ name, width: Number(parts?.[2]), folder: path.join(folder, entry), source });
    }
  }
  return found;
}
