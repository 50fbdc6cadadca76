import { readdir } from 'node:fs/promises';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { replaceFolderAtomic } from '../files/writeAtomic.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { SampleRequest } from './sample.worker.ts';
import { SAMPLE_CLASSES } from './tissue.ts';

/** The expression that takes the patient from a sample's file name. */
export const SAMPLE_GROUPS = '(P\\d+)_';

/** Drawn patients; each has pictures of every class, so that a split by patient keeps all classes. */
const PATIENTS = 10;

export interface SampleOptions {
  readonly seed: number;
  /** How many pictures at least; 240 unless said. */
  readonly images?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (drawn: number, total: number) => void;
}

/**
 * Draws a small set of tissue-like pictures into a folder: four classes, one folder each, from ten drawn
 * patients (`P01_…png`) with a staining of their own. The same seed gives the same pixels. A sample that is
 * there already is replaced. Returns how many pictures were drawn. Throws FoveaError: `conflict` when the
 * folder holds anything else, `no_space`, `unreadable`, `cancelled`.
 */
export async function drawSampleSet(folder: string, options: SampleOptions): Promise<number> {
  const { seed, images = 240, signal, onProgress } = options;
  await refuseOtherFiles(folder);
  const perClass = Math.max(1, Math.ceil(images / (PATIENTS * SAMPLE_CLASSES.length)));
  const total = perClass * PATIENTS * SAMPLE_CLASSES.length;
  const worker = new WorkerProcess(new URL('./sample.worker.ts', import.meta.url));
  try {
    await replaceFolderAtomic(folder, async (temporary) => {
      const request: SampleRequest = { folder: temporary, seed, patients: PATIENTS, perClass };
      await worker.call<number>('draw', request, {
        ...(signal === undefined ? {} : { signal }),
        onNote: (drawn) => onProgress?.(drawn as number, total),
      });
    });
  } finally {
    worker.kill();
  }
  return total;
}

async function refuseOtherFiles(folder: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    const problem = translateFileError(error, folder);
    if (problem.code === 'not_found') return;
    throw problem;
  }
  if (entries.some((entry) => !(SAMPLE_CLASSES as readonly string[]).includes(entry))) {
    throw new FoveaError('conflict', 'This folder holds other files.', {
      subject: folder,
      todo: 'Choose an empty folder for the sample images.',
    });
  }
}
