import { within } from './within.ts';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { ScanBatch } from './walkFolder.ts';

export type { ScanBatch, ScannedFile } from './walkFolder.ts';

/**
 * Lists everything below a folder that an import must account for, in batches, in an order that depends on the
 * names alone. Folders are entered, links never followed; `refused` tells what is known to be no picture
 * without opening it.
 *
 * Throws FoveaError: `not_found` (no such folder), `invalid` (a file), `unreadable` (not allowed to look),
 * `cancelled`.
 */
export async function* scanFolder(
  root: string,
  { signal }: { signal?: AbortSignal } = {},
): AsyncGenerator<ScanBatch, void, void> {
  throwIfCancelled(signal);
  const worker = new WorkerProcess(new URL('./scan.worker.ts', import.meta.url));
  const waiting: ScanBatch[] = [];
  let wake: () => void = () => undefined;
  let isDone = false;
  const listing = worker
    .call<undefined>(
      'scan',
      { root },
      {
        ...(signal === undefined ? {} : { signal }),
        onNote: (batch) => {
          waiting.push(batch as ScanBatch);
          wake();
        },
      },
    )
    .finally(() => {
      isDone = true;
      wake();
    });
  // The failure is met where the generator is read, which may be never.
  listing.catch(() => undefined);
  try {
    for (;;) {
      throwIfCancelled(signal);
      const batch = waiting.shift();
      if (batch !== undefined) yield batch;
      else if (isDone) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    await listing;
  } finally {
    worker.kill();
  }
}

/**
 * Paths of the files below a folder that may be pictures. Throws what `scanFolder` throws.
 * @param only these files and folders of it; all when absent
 */
export async function listPathsBelow(
  folder: string,
  { only, signal }: { readonly only?: readonly string[] | undefined; readonly signal: AbortSignal },
): Promise<string[]> {
  const isAsked = within(only);
  const paths: string[] = [];
  for await (const { files } of scanFolder(folder, { signal })) {
    for (const file of files) if (file.refused === undefined && isAsked(file.path)) paths.push(file.path);
  }
  return paths;
}
