import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import type { EpochSettings, ModelCard, Recipe } from '../../../shared/training.ts';

/** Where a model that was trained by epochs keeps what more epochs need: weights and the optimiser's moments. */
const stateFile = (libraryFolder: string, modelId: string): string =>
  path.join(libraryFolder, 'states', `${modelId}.checkpoint`);

/** Keeps the last checkpoint of a training that is done. Without room for it only the way on is lost. */
export async function keepState(
  libraryFolder: string,
  modelId: string,
  checkpointFile: string,
): Promise<void> {
  const file = stateFile(libraryFolder, modelId);
  await mkdir(path.dirname(file), { recursive: true }).catch(() => undefined);
  await rename(checkpointFile, file).catch(() => undefined);
}

export async function removeState(libraryFolder: string, modelId: string): Promise<void> {
  await rm(stateFile(libraryFolder, modelId), { force: true });
}

/** Whether more epochs can follow. */
export function hasState(libraryFolder: string, modelId: string): boolean {
  return existsSync(stateFile(libraryFolder, modelId));
}

/** The recipe of a model with so many more epochs. @throws FoveaError `unsupported`, `invalid`. */
export function extendRecipe(libraryFolder: string, parent: ModelCard, moreEpochs: number): Recipe {
  const { recipe } = parent;
  if (!('epochs' in recipe) || !hasState(libraryFolder, parent.modelId)) {
    throw new FoveaError('unsupported', 'This model cannot be trained on.', {
      subject: parent.name,
      todo:
        'epochs' in recipe
          ? 'Its optimiser’s state was not kept. Train anew with more epochs; the same seed takes the same way.'
          : 'Its recipe has no epochs: it stops when nothing improves any more.',
    });
  }
  const why = whyNotExtended(parent, recipe);
  if (why !== null) {
    throw new FoveaError('unsupported', why, {
      subject: parent.name,
      todo: 'Train anew with more epochs: then the schedule is that of the longer training from its beginning.',
    });
  }
  return { ...recipe, epochs: recipe.epochs + moreEpochs };
}

/** More epochs must come to the weights of one long training; a rate that depends on their number does not. */
function whyNotExtended({ curve }: ModelCard, recipe: EpochSettings): string | null {
  if ((recipe.schedule ?? 'constant') !== 'constant') {
    return `This model’s learning rate followed a schedule over ${recipe.epochs} epochs; more of them would have made another one.`;
  }
  if ((curve.at(-1)?.epoch ?? 0) < recipe.epochs) return 'This training stopped early, and would stop again.';
  return null;
}

/**
 * Lays a model's state where a training looks for its checkpoint, so that it goes on from there.
 * @throws FoveaError `conflict` when labels or parts have changed: it would not be the same training any more.
 */
export async function continueFrom(
  libraryFolder: string,
  parent: ModelCard,
  fingerprint: string,
  checkpointFile: string,
): Promise<void> {
  if (parent.libraryFingerprint !== fingerprint) {
    throw new FoveaError('conflict', 'The labelled images have changed since this model was trained.', {
      subject: parent.name,
      todo: 'Train anew: with other data the old way does not go on.',
    });
  }
  if (existsSync(checkpointFile)) return;
  await mkdir(path.dirname(checkpointFile), { recursive: true });
  await copyFile(stateFile(libraryFolder, parent.modelId), checkpointFile);
}
