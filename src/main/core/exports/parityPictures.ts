import { WorkerProcess } from '../workers/workerProcess.ts';

/**
 * PNG of the decoded pixels of each file, in order, for `exportWeb`; null for a file that is gone or cannot be
 * read any more. `side` is the network's input side. Throws `cancelled`.
 */
export async function drawParityPictures(
  files: readonly string[],
  side: number,
  signal?: AbortSignal,
): Promise<(Uint8Array | null)[]> {
  const worker = new WorkerProcess(new URL('./export.worker.ts', import.meta.url));
  try {
    const pictures: (Uint8Array | null)[] = [];
    for (const file of files) {
      const options = { timeoutMs: 20_000, ...(signal === undefined ? {} : { signal }) };
      pictures.push(await worker.call<Uint8Array | null>('draw', { file, side }, options));
    }
    return pictures;
  } finally {
    await worker.close();
  }
}
