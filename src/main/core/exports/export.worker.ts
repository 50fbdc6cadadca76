import path from 'node:path';
import type { Parity } from '../../../shared/exports.ts';
import { FoveaError } from '../../../shared/errors.ts';
import { readLayersModel } from '../features/readLayersModel.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import { RefusedFile } from '../images/refusedFile.ts';
import type { Head } from '../training/head.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { describeBackbone } from './backboneLayers.ts';
import { checkParity } from './checkParity.ts';
import { describeHead } from './headLayers.ts';
import { joinLayersModel } from './layersJson.ts';
import { drawParityPicture } from './parityPicture.ts';

// What an export computes for longer than the core's thread may be busy: folding, decoding, checking.

export interface BuildRequest {
  readonly backboneFolder: string;
  readonly side: number;
  readonly head: Head;
  readonly temperature: number;
  /** Where model.json and weights.bin go. */
  readonly folder: string;
}

serveWorker({
  build: async ({ backboneFolder, side, head, temperature, folder }: BuildRequest): Promise<void> => {
    const backbone = await readLayersModel(backboneFolder);
    if (backbone.dims !== head.inputs) {
      throw new FoveaError(
        'invalid',
        `The backbone gives ${backbone.dims} features where the head takes ${head.inputs}.`,
        { todo: 'Train again: the backbone on this machine is not the one the model was trained on.' },
      );
    }
    const files = joinLayersModel([describeBackbone(backbone, side), describeHead(head, temperature)]);
    await writeFileAtomic(path.join(folder, 'model.json'), files.json);
    await writeFileAtomic(path.join(folder, 'weights.bin'), files.weights);
  },
  /** PNG bytes, or null for a file that is gone or cannot be read any more. */
  draw: async ({ file, side }: { file: string; side: number }): Promise<Uint8Array | null> => {
    try {
      return await drawParityPicture(file, side);
    } catch (error) {
      if (error instanceof RefusedFile || isFileError(error)) return null;
      throw error;
    }
  },
  check: async ({ folder }: { folder: string }): Promise<Parity> => await checkParity(folder),
});

function isFileError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}
