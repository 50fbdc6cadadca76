import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const candidate = process.env['FOVEA_SHARED'] ?? path.join(repository, '..', 'shared');

/** The folder with real images and backbones that some tests also run on, or null where it is absent. */
export const sharedDir: string | null = existsSync(path.join(candidate, 'data')) ? candidate : null;

export const sharedModels: string | null =
  sharedDir !== null && existsSync(path.join(sharedDir, 'models')) ? path.join(sharedDir, 'models') : null;

/** Path of one of the real image sets; only call it where `sharedDir` is not null. */
export function sharedData(name: string): string {
  if (sharedDir === null) throw new Error('The shared test data is not here; guard this test with skipIf.');
  return path.join(sharedDir, 'data', name);
}
