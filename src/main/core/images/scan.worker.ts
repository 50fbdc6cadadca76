import { setImmediate } from 'node:timers/promises';
import { serveWorker } from '../workers/serveWorker.ts';
import { walkFolder } from './walkFolder.ts';

// Listing blocks for as long as the drive takes, and a drive of the network may never answer: so it has a
// process of its own, which can be killed.
serveWorker({
  scan: async ({ root }: { root: string }, { signal, note }) => {
    for (const batch of walkFolder(root)) {
      note(batch);
      await setImmediate();
      if (signal.aborted) return;
    }
  },
});
