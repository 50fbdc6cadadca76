import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { WorkerProcess } from '../../src/main/core/workers/workerProcess.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const CHECKS = new URL('../../src/main/core/doctor/checks.worker.ts', import.meta.url);

it.skipIf(process.platform === 'win32')(
  'the neural network engine keeps no device id and no reports for its maker',
  async () => {
    const home = await makeTemporaryFolder();
    const env = { HOME: home, XDG_CACHE_HOME: '', XDG_DATA_HOME: '', TMPDIR: home };
    const worker = new WorkerProcess(CHECKS, { env });
    try {
      await worker.call('onnxruntime-node', null);
      // What it writes, it has written by the time it answers.
      expect(await readdir(home, { recursive: true })).toEqual([]);
    } finally {
      await worker.close();
    }
  },
);
