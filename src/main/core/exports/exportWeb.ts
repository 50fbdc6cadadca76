import { copyFile, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import type { Parity } from '../../../shared/exports.ts';
import { sideOf, type ModelCard } from '../../../shared/training.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { replaceFolderAtomic, writeFileAtomic } from '../files/writeAtomic.ts';
import { publicCard } from '../reports/publicCopy.ts';
import type { Head } from '../training/head.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { BuildRequest } from './export.worker.ts';
import { writeReadme } from './exportReadme.ts';
import { listFiles, MANIFEST_NAME, writeManifest } from './manifest.ts';
import { writeParityFiles } from './parityFiles.ts';
import type { ParityPicture } from './parityFiles.ts';
import { requireReplaceable } from './targetFolder.ts';

/** Largest difference of a probability that rounding explains. */
export const PARITY_TOLERANCE = 1e-3;

const WORKER = new URL('./export.worker.ts', import.meta.url);

export interface WebExport {
  readonly card: ModelCard;
  readonly head: Head;
  /** TF.js layers model of the backbone that the head was trained on. */
  readonly backboneFolder: string;
  /** About 20 pictures of the library; the export is refused when it does not agree with them. */
  readonly parity: readonly ParityPicture[];
  readonly outDir: string;
  /** The built page (`out/page`). */
  readonly pageFolder: string;
  readonly signal?: AbortSignal;
}

/**
 * Writes a model as a folder that any static web server can serve: page, network, classes, parity set and
 * manifest. The exported network is run on the parity set first; the folder appears only when it agrees.
 * Returns paths relative to `outDir` and the sum of their sizes. Throws `conflict` when `outDir` holds anything
 * but an earlier export, `not_found` when the page was not built, `cancelled`, and file errors.
 */
export async function exportWeb(
  input: WebExport,
): Promise<{ files: string[]; bytes: number; parity: Parity }> {
  throwIfCancelled(input.signal);
  await requireReplaceable(input.outDir);
  await requirePage(input.pageFolder);
  const worker = new WorkerProcess(WORKER);
  let result: { files: string[]; bytes: number; parity: Parity } | undefined;
  try {
    await replaceFolderAtomic(input.outDir, async (folder) => {
      result = await fillFolder(folder, input, worker);
    });
  } finally {
    await worker.close();
  }
  if (result === undefined) throw new FoveaError('internal', 'The export ended without a result.');
  return result;
}

async function fillFolder(folder: string, input: WebExport, worker: WorkerProcess) {
  const { card, head, backboneFolder, signal } = input;
  const options = signal === undefined ? {} : { signal };
  await copyPage(input.pageFolder, folder);
  const request: BuildRequest = {
    backboneFolder,
    side: sideOf(card.recipe),
    head,
    temperature: card.temperature,
    folder,
  };
  await worker.call('build', request, options);
  await writeParityFiles(folder, input.parity);
  const parity = await worker.call<Parity>('check', { folder }, options);
  requireParity(parity);
  await writeFileAtomic(path.join(folder, 'card.json'), toJson(publicCard(card)));
  await writeFileAtomic(path.join(folder, 'classes.json'), toJson(describeClasses(card)));
  await writeFileAtomic(path.join(folder, 'README.txt'), writeReadme(card, input.parity.length));
  const manifest = await writeManifest(folder, 'web');
  const { size } = await stat(path.join(folder, MANIFEST_NAME));
  const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, size);
  return { files: [...Object.keys(manifest.files), MANIFEST_NAME].sort(), bytes, parity };
}

async function requirePage(pageFolder: string): Promise<void> {
  const page = await stat(path.join(pageFolder, 'index.html')).catch(() => null);
  if (page?.isFile()) return;
  throw new FoveaError('not_found', 'The page for exported models has not been built.', {
    todo: 'Run the set-up again (npm start).',
  });
}

async function copyPage(pageFolder: string, folder: string): Promise<void> {
  for (const name of await listFiles(pageFolder)) {
    const target = path.join(folder, name);
    try {
      await mkdir(path.dirname(target), { recursive: true });
      await copyFile(path.join(pageFolder, name), target);
    } catch (error) {
      throw translateFileError(error, target);
    }
  }
}

function requireParity({ images, maxDifference, sameTop }: Parity): void {
  // Written so that a difference that is not a number fails too.
  if (maxDifference <= PARITY_TOLERANCE && sameTop === images) return;
  throw new FoveaError(
    'internal',
    `The exported model does not agree with the studio: probabilities differ by up to ${maxDifference.toPrecision(2)}, ` +
      `and ${sameTop} of ${images} images keep their class.`,
    { todo: 'Nothing was written. Train the model again on this machine, then export it.' },
  );
}

function describeClasses(card: ModelCard) {
  const resolution = sideOf(card.recipe);
  return {
    classes: card.classes.map((entry) => entry.name),
    preprocessing: {
      decoder: card.decoderVersion,
      color: 'sRGB, 8 bit, transparency on white, EXIF orientation applied',
      resize: { width: resolution, height: resolution, filter: 'bilinear, antialiased', keepAspect: false },
      scale: 'x / 127.5 - 1',
    },
  };
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
