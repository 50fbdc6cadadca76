import { constants, copyFile, link, lstat, mkdir, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { findOriginal } from '../images/originals.ts';
import { FreeNames } from './fileNames.ts';
import type { LabelledImage } from './labelRows.ts';

export interface TreeOutcome {
  written: number;
  linked: number;
  problems: { path: string; reason: string }[];
  problemCount: number;
}

const MAX_PROBLEMS = 1000;

/**
 * Writes a folder for each class with its images into an empty folder. Links are hard links, else symbolic ones, else
 * copies. An image whose original is not there is told of and left out.
 * @throws FoveaError `cancelled`, `no_space`.
 */
export async function writeLabelTree(
  db: Database,
  folder: string,
  images: readonly LabelledImage[],
  { asLinks, signal, onImage }: { asLinks: boolean; signal: AbortSignal; onImage: (done: number) => void },
): Promise<TreeOutcome> {
  const outcome: TreeOutcome = { written: 0, linked: 0, problems: [], problemCount: 0 };
  const classes = new FolderNames(folder);
  for (const [index, image] of images.entries()) {
    throwIfCancelled(signal);
    try {
      const { file } = await findOriginal(db, image.imageId);
      const target = await classes.place(image);
      if (asLinks && (await tryLink(file, target))) outcome.linked += 1;
      else await copyFile(file, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      outcome.written += 1;
    } catch (error) {
      const told = translateFileError(error, image.path);
      // A full disk ends it; what ails one image does not.
      if (told.code === 'no_space') throw told;
      outcome.problemCount += 1;
      if (outcome.problems.length < MAX_PROBLEMS) {
        outcome.problems.push({ path: image.path, reason: told.message });
      }
    }
    onImage(index + 1);
  }
  return outcome;
}

/** Folders of classes, made when the first image goes there, and the names inside them. */
class FolderNames {
  readonly #parent: string;
  readonly #names = new FreeNames();
  readonly #classes = new Map<string, { readonly folder: string; readonly names: FreeNames }>();

  constructor(parent: string) {
    this.#parent = parent;
  }

  /** Full path for an image, in the folder of its class. */
  async place({ className, path: name }: LabelledImage): Promise<string> {
    let place = this.#classes.get(className);
    if (place === undefined) {
      place = { folder: path.join(this.#parent, this.#names.take(className)), names: new FreeNames() };
      this.#classes.set(className, place);
      await mkdir(place.folder);
    }
    return path.join(place.folder, place.names.take(path.posix.basename(name)));
  }
}

/** A hard link, or a symbolic one to another drive; false where neither can be made. */
async function tryLink(file: string, target: string): Promise<boolean> {
  const isDone = () => true;
  const isNot = () => false;
  return (await link(file, target).then(isDone, isNot)) || (await symlink(file, target).then(isDone, isNot));
}

/** @throws FoveaError `conflict` when a folder, or a file of this name, holds something. */
export async function requireEmpty(folder: string): Promise<void> {
  const facts = await lstat(folder).catch(() => null);
  if (facts === null) return;
  const isEmpty = facts.isDirectory() && (await readdir(folder).catch(() => ['?'])).length === 0;
  if (isEmpty) return;
  throw new FoveaError('conflict', 'There is already something of this name.', {
    subject: folder,
    todo: 'Choose a new or empty folder.',
  });
}
