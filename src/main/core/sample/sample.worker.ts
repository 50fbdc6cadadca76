import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { sharp } from '../images/safeSharp.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { drawSampleTile, SAMPLE_SIDE } from './drawSampleTile.ts';
import { SAMPLE_CLASSES } from './tissue.ts';

export interface SampleRequest {
  /** An empty folder. */
  readonly folder: string;
  readonly seed: number;
  readonly patients: number;
  /** Pictures of each class from each patient. */
  readonly perClass: number;
}

serveWorker({
  draw: async ({ folder, seed, patients, perClass }: SampleRequest, { signal, note }): Promise<number> => {
    let drawn = 0;
    try {
      for (const kind of SAMPLE_CLASSES) {
        await mkdir(path.join(folder, kind));
        for (let patient = 1; patient <= patients; patient++) {
          for (let number = 1; number <= perClass; number++) {
            throwIfCancelled(signal);
            const name = `P${pad(patient, 2)}_${kind}_${pad(number, 3)}.png`;
            await writeFile(path.join(folder, kind, name), await drawPng(seed, patient, kind, number));
            note(++drawn);
          }
        }
      }
    } catch (error) {
      throw translateFileError(error, folder);
    }
    return drawn;
  },
});

function drawPng(...tile: Parameters<typeof drawSampleTile>): Promise<Buffer> {
  const raw = { width: SAMPLE_SIDE, height: SAMPLE_SIDE, channels: 3 as const };
  return sharp(drawSampleTile(...tile), { raw })
    .png({ compressionLevel: 6, adaptiveFiltering: false })
    .toBuffer();
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
